"""Given names that are common in English and French texts: what begins with one and goes on is a person's full name.

Names that are as often something else (Florence, Rose, Mark, Will, Victoria) are left out.
"""

GIVEN_NAMES = frozenset("""
    aaron abigail adam adrian agnes alan albert alexander alexandra alfred alice alison amanda amelia amy andrea andrew
    angela ann anna anne annie anthony antonia arthur audrey barbara beatrice ben benjamin bernard beth betty bill bob
    brenda brian bruce camilla carl carol caroline catherine cecil charles charlotte chris christina christine
    christopher claire clara claudia colin daniel daphne david deborah dennis diana dick donald doris dorothy douglas
    edgar edith edmund edward edwin eleanor elizabeth ellen elsie emily emma eric ernest esther ethel eugene eva evelyn
    francis franklin fred frederick gabriel geoffrey george gerald gertrude gilbert gladys gordon graham gregory gwen
    hannah harold harriet harry heather helen henry herbert hilda howard hugh ian irene isaac isabel isabella jack jacob
    james jane janet jason jean jennifer jeremy jessica jim joan joe john jonathan joseph joyce judith julia julian
    juliet karen kate katherine kathleen keith kenneth kevin larry laura lawrence leonard leslie lewis linda louis
    louisa louise lucy luke lydia mabel malcolm margaret maria marian marie marilyn marion martha martin mary matthew
    maurice michael mildred molly monica nancy natalie nathan nicholas nigel nora norman olivia oliver oscar pamela
    patricia patrick paul paula peter philip phyllis rachel ralph raymond rebecca richard robert robin roger ronald
    rosalind rosemary roy rupert ruth samuel sandra sara sarah sebastian sharon sheila simon sophia sophie stanley
    stella stephen steven stuart susan sylvia theodore theresa thomas timothy tom ursula valerie vanessa veronica
    vincent violet virginie vivian walter wendy wilfred william winifred winston

    adèle adrien agathe agnès alain albertine alexandre alexis alphonse amélie andré angèle anaïs antoine antoinette
    armand arnaud aurélie baptiste barthélemy bastien benoît bernadette bertrand blaise brigitte camille cécile céline
    chloé christian christophe clémence clément clotilde colette corinne cosette cyril damien danielle delphine denis
    denise didier dominique édith édouard éléonore élise élodie éloïse émile émilie emmanuel éric estelle étienne eugène
    eugénie fabien fabrice fanny félix fernand françois françoise frédéric gaspard gaston geneviève georges georgette
    gérard germaine gilles ginette grégoire guillaume gustave guy hélène henri henriette hervé hippolyte honoré hubert
    hugo hugues inès isabelle jacqueline jacques jean-baptiste jean-jacques jean-luc jean-marie jean-paul jean-pierre
    jeanne jeannette jérôme joachim joséphine josette judith jules julie julien juliette laurent laurence léa léon
    léonard léonie léopold loïc louis-philippe luc lucas lucie lucien lucienne ludovic madeleine manon marc marcel
    marceline marguerite marianne marie-claire marie-louise mathilde mathieu matthieu maxime mélanie michel michèle
    michelle mireille monique nadine nathalie nicolas nicole noémie odette odile olivier pascal pascale patrice pauline
    philippe philomène pierre pierrette raoul raphaël raymonde rémi renaud rené renée rodolphe roland
    sabine sébastien serge séverine simone solange stéphane stéphanie suzanne sylvain sylvie théodore théophile thérèse
    thibault thierry ulysse valentin valentine valérie véronique victor victoire virginie vivien xavier yann yves yvette
    yvonne zoé
""".split())
