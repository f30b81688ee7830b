"""Words of good and bad feeling in English and French, written for this program: stems and how strong they are.

A stem ends with `*` where any ending may follow. Values from -3 to 3 are our own judgement; nothing is taken from a
published lexicon.
"""

from __future__ import annotations

MOODS: dict[str, dict[int, str]] = {
    "en": {
        3: """
            wonderful* excellent* delight* love loved loves loving* ecsta* bliss* superb* magnificen* adore*
            triumph* joy joyful* joyous* perfect* marvel* glorious* heaven* splendid* beautiful* brilliant*
        """,
        2: """
            happy happily happiness happier good great glad* pleas* cheer* laugh* smil* friend* kind kindly kindness
            charm* sweet* success* win wins won victor* enjoy* gratef* thank* hope* hopeful* fun funny amus* merr*
            comfort* brave* courag* gentle* tender* lovely fortunate* luck lucky luckily prais* honour* honor*
            proud* warm* peace* safe safely health* rich* fine nice nicely best better bright* favour* favor* admir*
            bless*
        """,
        1: """
            calm* quiet* easy easily interest* curious* agree* approv* satisf* fair fairly useful* help help*
            clever* clear* fresh* soft* trust* relie* willing* polite* eager* gain* gift* rest rested neat* true
            truly welcome*
        """,
        -1: """
            doubt* dull* bore* boring lonely alone slow* cold* dark* hard* difficult* strange* silly stupid* tired*
            weak* nervous* puzzl* uneas* confus* mistak* wrong* problem* lack* lose loses trouble* anxious* hesitat*
            shy* rude* uncomfort* curt* impatien* odd oddly nonsense* fall falls fell late loud* rough* tremb*
        """,
        -2: """
            sad sadly sadness bad badly worse unhapp* cry cried crying cries tear tears weep* wept afraid* fear*
            fright* scare* anger* angry angrily hurt* pain* ill sick* suffer* sorrow* grief griev* sorry lost los*
            fail* poor* enem* hate* cruel* ugly fool* savage* threat* danger* mourn* regret* despis* shame* guilt*
            sham* offend* worst wound* attack* broken beat* beaten blam* furious* violen* disappoint* terrif* alarm*
            melancholy
        """,
        -3: """
            horribl* terribl* awful* dreadful* despair* murder* kill* death* dead die died dies dying torture* hell
            disaster* catastroph* misery miserabl* agony agoni* evil* wicked* tragic* traged* execut* behead* war
            wars destroy* ruin* devast* terror* nightmare* corpse* blood* poison* monstr*
        """,
    },
    "fr": {
        3: """
            merveill* excellent* adore* adoré* amour* aime aimé aimer aimait extase* splendid* superbe* magnifi*
            parfait* triomph* joie* joyeu* délic* sublime* glorieu* paradis enchant* ravi ravie ravis génial*
        """,
        2: """
            heureu* bonheur bon bonne bons bonnes content* gai gaie gaiement gaieté ri rire rires riant rit souri*
            ami amis amie amies amiti* gentil* charm* doux douce douceur tendre* succès réuss* gagn* victoire*
            plais* plaît merci reconnaiss* espoir* espér* amus* drôle* confort* brave* courag* beau belle beaux
            belles beauté chance* honneur* fier* fière* chaleur* paix sauf santé riche* mieux meilleur* admir* béni*
            bienveill* félicit* joli*
        """,
        1: """
            calme* tranquil* facil* intéress* curieu* accord* approuv* satisf* juste utile* aide* aidé* habile*
            clair* frais fraîche confi* soulag* poli polie volontiers cadeau* repos* vrai vraie vraiment bienvenu*
            agréabl*
        """,
        -1: """
            doute* ennui* seul seule lent* froid* sombre* dur dure difficil* étrange* bête bêtes sot sotte fatigu*
            faible* nerveu* inquiet* inquiét* confus* erreur* faux problème* manqu* perd* gêne* gêné* hésit* timide*
            impoli* tomb* tard tremb* bizarre* rude* pénible*
        """,
        -2: """
            trist* mal mauvais* malheur* pleur* larme* peur* crain* effray* colère* fâch* bless* douleur* malade*
            souffr* chagrin* désol* échec* échou* pauvre* ennemi* hain* haï* cruel* laid* menac* danger* regrett*
            mépris* honte* coupable* pire* attaqu* brisé* furieu* violen* déçu* décept* mélancol* angoiss* sauvage*
        """,
        -3: """
            horribl* terribl* affreu* désespo* désespér* meurtr* tué tuer tua tuent mort morte morts mortel* mourir
            mourut meurt tortur* enfer désastre* catastroph* misère* misérabl* agonie* atroc* tragi* exécut* guerre*
            détrui* ruine* terreur* cauchemar* cadavre* sang sanglant* poison* monstr* épouvant*
        """,
    },
}

TURNING = {
    "en": frozenset("not no never n't cannot without hardly nor neither nothing don't didn't isn't wasn't won't can't "
                    "couldn't wouldn't doesn't aren't weren't shouldn't".split()),
    "fr": frozenset("ne n pas jamais sans ni aucun aucune guère rien plus".split()),
}  # fmt: skip
"""Words that turn what follows (English) or what stands around (French)."""
STRENGTHENING = {
    "en": frozenset("very so extremely really too most such quite utterly absolutely".split()),
    "fr": frozenset("très si tellement vraiment trop fort tout absolument extrêmement".split()),
}
