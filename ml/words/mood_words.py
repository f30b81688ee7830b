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
            amazing amazingly awesome fantastic* fabulous* outstanding* incredibl* terrific* thrill* euphori*
            overjoyed ador* passion* flawless* masterpiece* wow yay hooray hurray blissful* rejoic* jubila*
        """,
        2: """
            happy happily happiness happier good great glad* pleas* cheer* laugh* smil* friend* kind kindly kindness
            charm* sweet* success* win wins won victor* enjoy* gratef* thank* hope* hopeful* fun funny amus* merr*
            comfort* brave* courag* gentle* tender* lovely fortunate* luck lucky luckily prais* honour* honor*
            proud* warm* peace* safe safely health* rich* fine nice nicely best better bright* favour* favor* admir*
            bless*
            congrat* excit* impress* favorite* favourite* cool coolest sweetheart* super celebrat* heroic* hero
            heroes generous* gorgeous* handsome elegan* grace graceful* gracious* stunning* inspir* optimis*
            positiv* triumphant* cute cutest sunny vibrant* remarkabl* superior* talent* genius* wise wisely wisdom
            noble nobly loyal* faithful* affection* cherish* treasur* recommend* satisfying prosper* profit* reward*
            festiv* playful* joke* joking humor* humour* hilarious* laughter giggl* grin* wonder wondrous*
            heartwarming refreshing*
        """,
        1: """
            calm* quiet* easy easily interest* curious* agree* approv* satisf* fair fairly useful* help help*
            clever* clear* fresh* soft* trust* relie* willing* polite* eager* gain* gift* rest rested neat* true
            truly welcome*
            likes liked liking ok okay comfy cosy cozy handy tidy clean safer calmer smooth* steady steadily
            stable honest* sincere* genuin* decent* worth worthy improv* advanc* progress* support* encourag*
            forgiv* respect* convenien* effective* efficien* promising relax* restor* heal heals healed healing
            cure* secure* smart* popular* benefit* sav saved saves lively cheering tasty yummy efficient ready
            skill* solid* solution* volunteer* welcoming
        """,
        -1: """
            doubt* dull* bore* boring lonely alone slow* cold* dark* hard* difficult* strange* silly stupid* tired*
            weak* nervous* puzzl* uneas* confus* mistak* wrong* problem* lack* lose loses trouble* anxious* hesitat*
            shy* rude* uncomfort* curt* impatien* odd oddly nonsense* fall falls fell late loud* rough* tremb*
            annoy* bother* complain* delay* denied deny denies forget forgot* forgotten expensive unclear unsure
            uncertain* unable unkind lame meh mess messy noisy nois* dirty dirt stain* stuck stress* stressful tense
            tension* worried worry worrie* worrying concern* sceptic* skeptic* suspicio* reluctan* regretful* weird*
            awkward* clumsy crowded cheap* flaw* fault* error* mistak* bug bugs glitch* crash* careless* lazy
            boredom tedious* disturb* upset* unfair* unlikely wait waiting waited ignor* avoid* cancel* limited
            absent miss missed missing misses drop drops dropped
        """,
        -2: """
            sad sadly sadness bad badly worse unhapp* cry cried crying cries tear tears weep* wept afraid* fear*
            fright* scare* anger* angry angrily hurt* pain* ill sick* suffer* sorrow* grief griev* sorry lost los*
            fail* poor* enem* hate* cruel* ugly fool* savage* threat* danger* mourn* regret* despis* shame* guilt*
            sham* offend* worst wound* attack* broken beat* beaten blam* furious* violen* disappoint* terrif* alarm*
            melancholy
            disgust* gross nasty crap crappy damn* suck sucks sucked useless* worthless* pointless* pathetic*
            ridiculous* idiot* dumb moron* liar* lies lied lying dishonest* cheat* scam* fraud* steal* stole stolen
            thief* thieves rob robbed robbery greed* jealous* envy envious* hostil* outrage* mad rage rages insult*
            humiliat* bully* bullied abus* harass* scream* yell* argu* quarrel* fight* fought punish* prison* jail*
            guilty accus* blame* refus* reject* abandon* betray* lonel* heartbroken helpless* hopeless* desperat*
            depress* gloom* bleak* grim grimly misfortun* unfortunate* unlucky frustrat* irritat* hates hated hating
            collaps* destroyed injur* bleed* bleeding poison* toxic* sue sued bankrupt* debt* broke flood* storm*
            drown* starv* hunger* fever* disease* infect* curse* cursed rotten stink* stank filthy hideous* vile
            vicious* brutal* rude rudely waste* wasted wasting failure* failing failed loser* panic* dread dreads
            dreaded shock* scar scars scary scarier creep* unsafe danger*
        """,
        -3: """
            horribl* terribl* awful* dreadful* despair* murder* kill* death* dead die died dies dying torture* hell
            disaster* catastroph* misery miserabl* agony agoni* evil* wicked* tragic* traged* execut* behead* war
            wars destroy* ruin* devast* terror* nightmare* corpse* blood* poison* monstr*
            suicid* slaughter* massacre* genocid* rape* raped rapist* terroris* holocaust* horrif* horror* atroci*
            abominabl* devil* damnation hatred bomb* bombed bombing slave* slavery crucif* annihilat* doom* doomed
            hellish* assassin* strangl* stab stabbed stabbing
        """,
    },
    "fr": {
        3: """
            merveill* excellent* adore* adoré* amour* aime aimé aimer aimait extase* splendid* superbe* magnifi*
            parfait* triomph* joie* joyeu* délic* sublime* glorieu* paradis enchant* ravi ravie ravis génial*
            formidable* fantastique* fabuleu* incroyabl* extraordinaire* exceptionn* exquis exquise* remarquabl*
            passionn* éblouiss* bouleversant* chef-d'œuvre jubil* euphori* bravo prodigi* radieu* enthousias* divin
            divine divins divines
        """,
        2: """
            heureu* bonheur bon bonne bons bonnes content* gai gaie gaiement gaieté ri rire rires riant rit souri*
            ami amis amie amies amiti* gentil* charm* doux douce douceur tendre* succès réuss* gagn* victoire*
            plais* plaît merci reconnaiss* espoir* espér* amus* drôle* confort* brave* courag* beau belle beaux
            belles beauté chance* honneur* fier* fière* chaleur* paix sauf santé riche* mieux meilleur* admir* béni*
            bienveill* félicit* joli*
            sympa sympath* chouette* super content* rigol* comique* gracieu* élégan* généreu* fidèle* loyal* loyale*
            noble* sage sages sagesse talent* génie* héro* célébr* fête fêtes festi* prosp* inspir* optimis*
            positif* positive* admirable* favori* préfér* captiv* drôlement réjou* consol* espièg* affectu*
            affection* tendresse* attach* chaleureu* lumineu* éclat* brillant* brillamment ingéni* subtil* savoureu*
            délicat* mignon* ensoleill* sourire* ador* charmant* émerveill* convain* recommand* récompens* bénéfi*
            profit* sûr sûre sûrs
        """,
        1: """
            calme* tranquil* facil* intéress* curieu* accord* approuv* satisf* juste utile* aide* aidé* habile*
            clair* frais fraîche confi* soulag* poli polie volontiers cadeau* repos* vrai vraie vraiment bienvenu*
            agréabl*
            stable* solide* honnête* sincère* digne* respect* encourag* soutien* soutenir progrès progress*
            amélior* pratique* effica* simple* simplement propre* souple* vif vive vivant* vivante* moderne*
            original* rapide* riche* sérieu* prudent* modest* sain saine sains saines serein* détend* guéri* sauv*
            pardon* accueill* bienvenu* précieu* sensible*
        """,
        -1: """
            doute* ennui* seul seule lent* froid* sombre* dur dure difficil* étrange* bête bêtes sot sotte fatigu*
            faible* nerveu* inquiet* inquiét* confus* erreur* faux problème* manqu* perd* gêne* gêné* hésit* timide*
            impoli* tomb* tard tremb* bizarre* rude* pénible*
            lourd* vague* banal* banale* fade* médiocre* confus* incertain* inutil* incapable* cher chère coûteu*
            sale sales salet* bruit* bruyant* retard* oubli* embarrass* malad* maladroit* plaint* plaindre ennuy*
            monoton* décousu* superficiel* artificiel* compliqu* interminable* pesant* raté rate ratée ratés naïf
            naïve prétenti* soupçon* méfi* souci* soucieu* stress* bloqu* cass* annul* refus* absent* insuffi*
            limit* frag* fragile*
        """,
        -2: """
            trist* mal mauvais* malheur* pleur* larme* peur* crain* effray* colère* fâch* bless* douleur* malade*
            souffr* chagrin* désol* échec* échou* pauvre* ennemi* hain* haï* cruel* laid* menac* danger* regrett*
            mépris* honte* coupable* pire* attaqu* brisé* furieu* violen* déçu* décept* mélancol* angoiss* sauvage*
            nul nulle nuls nulles pourri* énerv* agac* dégoût* dégueul* idiot* imbécil* stupid* ridicul* insult*
            humili* menteur* menteuse* mensonge* menti* trahi* trich* voleur* volé vola vole* jalou* envieu* hostil*
            rage* enrag* cri cria crie crier cris crient hurl* disput* bagarr* punir puni* prison* accus* abandonn*
            désespér* frustr* irrit* déprim* lugubre* morne* sinistre* malchanc* infortun* blessé blessa blessure*
            saigne* empoisonn* noyé noyer* faim famine* fièvre* maudit* maudi* infect* vulgaire* grossi* scandal*
            lâche* lâchet* brutal* brutale* échoue* pathétique* lamentabl* pitoy* gâch* choqu* paniqu* angoiss*
            effroi* frayeur* péril* odieu* ignoble* honteu*
        """,
        -3: """
            horribl* terribl* affreu* désespo* désespér* meurtr* tué tuer tua tuent mort morte morts mortel* mourir
            mourut meurt tortur* enfer désastre* catastroph* misère* misérabl* agonie* atroc* tragi* exécut* guerre*
            détrui* ruine* terreur* cauchemar* cadavre* sang sanglant* poison* monstr* épouvant*
            massacr* suicid* assassin* viol violée violer viols violé génocid* terroris* horreur* abomin* haineu*
            esclav* bombard* bombe bombes damné damn* poignard* étrangl* exécr* carnage*
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
