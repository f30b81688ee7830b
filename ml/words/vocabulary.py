"""Small word lists of English and French, written for this program: the closed classes of words from any grammar,
titles, verbs of saying, countries and large cities. Nothing is taken from a published list."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "fr"]

STOP: dict[str, frozenset[str]] = {
    "en": frozenset("""
        a about above across after afterwards again against ago all almost alone along already also although always am
        among an and another any anybody anyone anything anyway anywhere are aren't around as aside at away back be
        became because become been before began begin behind being below beside besides between beyond both but by came
        can can't cannot come could couldn't did didn't do does doesn't doing don't done down during each either else
        enough even ever every everybody everyone everything everywhere except far few first for former forth four from
        further gave get give go goes going gone got had hadn't half has hasn't have haven't having he he'd he'll he's
        hence her here hers herself him himself his how however i i'd i'll i'm i've if in indeed inside instead into is
        isn't it it'd it'll it's its itself just keep kept knew know last least less let like likely little long look
        looked made make many may maybe me mean meanwhile might mine more most much must my myself near nearly never
        next no nobody none nor not nothing now nowhere of off often oh on once one only onto or other others ought our
        ours ourselves out outside over own perhaps put quite rather really said same saw say saying says see seem
        seemed seen several shall she she'd she'll she's should shouldn't since so some somebody someone something
        sometimes somewhere soon still such take taken tell than that that's the their theirs them themselves then there
        there's therefore these they they'd they'll they're they've thing things think this those though thought three
        through thus till to together told too took toward towards two under until up upon us used very want wanted was
        wasn't way we we'd we'll we're we've well went were weren't what whatever when where whether which while who
        whole whom whose why will with within without won't would wouldn't yes yet you you'd you'll you're you've your
        yours yourself
    """.split()),
    "fr": frozenset("""
        a à afin ai ainsi alors après as assez au aucun aucune aujourd'hui auquel aura aurait aussi aussitôt autant
        autour autre autres aux avaient avais avait avant avec avez avoir avons ayant beaucoup bien bientôt c ça car ce
        ceci cela celle celles celui cent cependant certain certaine certains ces cet cette ceux chacun chaque chez
        chose ci cinq comme comment contre d dans de dedans dehors déjà demi depuis dernier derrière des dès desquels
        dessous dessus deux devait devant devoir dire dit dix doit donc dont du duquel durant elle elles en encore enfin
        ensuite entre envers es est et étaient étais était étant été êtes être eu eut eux fait faire fais faisait faut
        fois font fut guère hier hors huit ici il ils j jamais je jusqu jusque l la là laquelle le lequel les lesquels
        leur leurs loin lorsqu lorsque lui m ma maintenant mais malgré me même mêmes mes mien mieux moi moins mon n ne
        ni non nos notre nôtre nous nul on ont or ou où oui par parce parfois parmi part pas pendant peu peut peuvent
        peux plus plusieurs plutôt point pour pourquoi pourrait pourtant pouvait pouvoir près presque pris puis puisque
        qu quand quant quatre que quel quelle quelles quelqu quelque quelques quels qui quoi quoique rien s sa sans
        savait savoir se selon sept sera serait ses seul seulement si sien sinon sitôt six soi soit sommes son sont sous
        souvent suis sur t ta tandis tant te tel telle telles tels tes toi ton toujours tous tout toute toutefois toutes
        très trois trop tu un une va vais vers veut veux voici voilà voir vont vos votre vôtre vous vraiment vu y
    """.split()),
}

GENERAL = {
    "en": frozenset("""
        time times day days year years way ways man men people great good new old right left round turned turn found
        find         heard hear moment course large small called call tried try felt feel stood stand sat sit spoke
        speak talking talk         seems big matter sort kind part parts place hand hands head eyes face door word
        words voice tone minute minutes         side end question answer idea different sure able work works number
        case point use using used fact hold held
        """.split()),
    "fr": frozenset("""
        temps jour jours année années an ans fois homme hommes gens grand grande grands grandes bon bonne nouveau
        nouvelle         petit petite petits petites moment instant main mains tête yeux visage porte mot mots voix
        côté fin question idée         sorte façon manière part partie lieu œil coup heure heures mis prit prend
        mettre trouva trouve vint vient venir         venait entra sortit regarda regarde sembla semble cas point
        exemple nombre travail rien passer passé donner donna
        """.split()),
}
"""Words of any text: they count for less as keywords."""

TITLES = {
    "en": frozenset("mr mrs ms miss dr sir lord lady king queen prince princess captain professor uncle aunt "
                    "president father mother saint st".split()),
    "fr": frozenset("m mm mme mlle monsieur madame mademoiselle docteur dr roi reine prince princesse capitaine comte "
                    "comtesse duc duchesse baron père mère oncle tante président saint sainte maître".split()),
}  # fmt: skip
SAYING = {
    "en": frozenset("said says asked replied answered cried thought whispered shouted exclaimed added remarked "
                    "continued began repeated muttered interrupted".split()),
    "fr": frozenset("dit disait demanda demande répondit répond cria crie pensa murmura ajouta reprit s'écria "
                    "écria continua répéta interrompit fit".split()),
}  # fmt: skip
BEFORE_PLACES = {
    "en": frozenset("in at from near to into through across towards around via".split()),
    "fr": frozenset("à en au aux vers dans depuis près chez".split()),
}
PLACE_NOUNS = frozenset("""
    city town village river mount mountain lake sea island islands street road square bay valley cape county castle
    port hill park avenue bridge forest
    ville village rivière fleuve mont montagne lac mer île îles rue place baie vallée cap comté château port colline
    parc avenue pont forêt
""".split())

PLACES = frozenset(name.strip().lower() for name in """
    Afghanistan, Africa, Albania, Algeria, America, Amsterdam, Antarctica, Argentina, Armenia, Asia, Athens, Atlantic,
    Australia, Austria, Baghdad, Bangkok, Barcelona, Beijing, Belgium, Berlin, Bolivia, Bombay, Bordeaux, Boston,
    Brazil, Britain, Brussels, Budapest, Bulgaria, Cairo, California, Cambridge, Canada, Canterbury, Chicago, Chile,
    China, Colombia, Copenhagen, Croatia, Cuba, Cyprus, Denmark, Dublin, Edinburgh, Egypt, England, Estonia, Ethiopia,
    Europe, Finland, Florence, Florida, France, Geneva, Georgia, Germany, Greece, Greenland, Haiti, Helsinki, Holland,
    Hungary, Iceland, India, Indonesia, Iran, Iraq, Ireland, Israel, Istanbul, Italy, Jamaica, Japan, Jerusalem,
    Jordan, Kenya, Korea, Latvia, Lebanon, Liechtenstein, Lima, Lisbon, Lithuania, Liverpool, London, Luxembourg, Lyon,
    Madrid, Malta, Manchester, Marseille, Mediterranean, Mexico, Milan, Monaco, Mongolia, Montreal, Morocco, Moscow,
    Munich, Naples, Nepal, Netherlands, New York, New Zealand, Nice, Normandy, Norway, Orleans, Oslo, Oxford, Pacific,
    Pakistan, Palestine, Paris, Persia, Peru, Philadelphia, Philippines, Poland, Portugal, Prague, Quebec, Rome,
    Romania, Russia, San Francisco, Scotland, Senegal, Serbia, Shanghai, Siberia, Sicily, Singapore, Slovakia, Slovenia,
    Spain, Stockholm, Sweden, Switzerland, Syria, Texas, Thailand, Tokyo, Toronto, Toulouse, Tunisia, Turin, Turkey,
    Ukraine, United Kingdom, United States, Uruguay, Vatican, Venezuela, Venice, Versailles, Vienna, Vietnam, Wales,
    Warsaw, Washington, Waterloo, Yorkshire, Zurich,
    Afrique, Albanie, Algérie, Alger, Allemagne, Alpes, Alsace, Amérique, Angleterre, Anvers, Argentine, Arménie, Asie,
    Athènes, Atlantique, Australie, Autriche, Avignon, Barcelone, Belgique, Besançon, Bolivie, Bourgogne, Brésil,
    Bretagne, Brest, Bruxelles, Bulgarie, Calais, Californie, Chili, Chine, Chypre, Colombie, Copenhague, Corée, Corse,
    Croatie, Danemark, Dijon, Écosse, Égypte, Espagne, Estonie, États-Unis, Éthiopie, Europe, Finlande, Gascogne, Gênes,
    Genève, Géorgie, Grèce, Grenoble, Hollande, Hongrie, Inde, Indes, Indonésie, Irlande, Islande, Italie, Japon,
    Jérusalem, Jordanie, Le Havre, Lettonie, Liban, Lille, Lisbonne, Lituanie, Londres, Lorraine, Lyon, Malte, Maroc,
    Marseille, Méditerranée, Mexique, Mongolie, Montpellier, Moscou, Nantes, Naples, Népal, Normandie, Norvège,
    Nouvelle-Zélande, Pacifique, Pays-Bas, Pérou, Perse, Picardie, Pologne, Prague, Provence, Prusse, Pyrénées, Québec,
    Reims, Rennes, Rhin, Rhône, Rome, Rouen, Roumanie, Royaume-Uni, Russie, Savoie, Seine, Sénégal, Serbie, Sibérie,
    Sicile, Slovaquie, Slovénie, Strasbourg, Suède, Suisse, Syrie, Tamise, Thaïlande, Toulon, Tours, Tunisie, Tunis,
    Turquie, Ukraine, Varsovie, Venise, Vienne, Viêt Nam
""".replace("\n", " ").split(",") if name.strip())
"""Countries, parts of the world, large cities and regions, in English and in French."""
