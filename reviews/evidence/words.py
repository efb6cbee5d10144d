"""The words by which English prose speaks of films: sets that the grammars of this package share."""

NATIONALITIES = {
    "american": "United States", "us": "United States", "u.s": "United States", "u.s.": "United States",
    "hollywood": "United States", "british": "United Kingdom", "english": "United Kingdom",
    "uk": "United Kingdom", "scottish": "United Kingdom", "spanish": "Spain", "french": "France", "german": "Germany",
    "italian": "Italy", "swedish": "Sweden", "danish": "Denmark", "norwegian": "Norway", "finnish": "Finland",
    "icelandic": "Iceland", "dutch": "Netherlands", "belgian": "Belgium", "austrian": "Austria", "swiss": "Switzerland",
    "polish": "Poland", "czech": "Czech Republic", "hungarian": "Hungary", "russian": "Russia",
    "soviet": "Soviet Union",
    "romanian": "Romania", "greek": "Greece", "turkish": "Turkey", "portuguese": "Portugal", "irish": "Ireland",
    "japanese": "Japan", "korean": "South Korea", "chinese": "China", "taiwanese": "Taiwan", "thai": "Thailand",
    "vietnamese": "Vietnam", "filipino": "Philippines", "indonesian": "Indonesia", "malaysian": "Malaysia",
    "indian": "India", "bollywood": "India", "hindi": "India", "tamil": "India", "telugu": "India",
    "malayalam": "India", "kannada": "India", "bengali": "India", "marathi": "India", "iranian": "Iran",
    "israeli": "Israel", "egyptian": "Egypt", "argentine": "Argentina", "argentinian": "Argentina",
    "argentinean": "Argentina", "brazilian": "Brazil", "mexican": "Mexico", "chilean": "Chile",
    "colombian": "Colombia", "uruguayan": "Uruguay", "cuban": "Cuba", "canadian": "Canada", "australian": "Australia",
    "bulgarian": "Bulgaria", "serbian": "Serbia", "croatian": "Croatia", "ukrainian": "Ukraine", "estonian": "Estonia",
    "pakistani": "Pakistan", "scandinavian": "", "nordic": "", "european": "", "asian": "", "hong": "Hong Kong",
    "kong": "Hong Kong", "south": "", "west": "", "north": "", "québécois": "Canada", "quebecois": "Canada",
}  # fmt: skip


def _words(text):
    return frozenset(text.split())


FILM = _words("""
    film movie flick picture thriller comedy drama western musical horror classic original masterpiece hit noir
    chiller shocker melodrama romance weepie potboiler actioner adventure favourite favorite version talkie silent
    caper saga spectacle spectacular swashbuckler oater quickie cheapie weeper megahit superhit smash flop vehicle
    starrer opus outing pic feature romcom blockbuster gem cartoon anime animation epic slasher whodunit mystery farce
    tearjerker programmer production release bomb effort entry work oldie fare telefilm short sleeper crowdpleaser
    tale-of-terror
""")
FILMS = {f"{word}s" for word in FILM} | {"comedies", "classics", "movies", "stuff", "material", "things"}
NOT_FILM = _words("""
    series show sitcom novel novella book play story tale episode game videogame comic comics song myth legend poem
    opera miniseries franchise saga trilogy sketch radio serial soap manga novels books tv television ending scene
    scenes climax opening formula concept idea bible musical-play stage telenovela fable ballet pilot script
    novelization fairytale screenplay sequence character plot title-song case wife husband son daughter
""")
# A word that ends the description of a film before its title, so that there is none; and any title without capitals.
BREAKS = _words("""
    that which who whom whose where when while with without starring directed by from but is was are were be been
    being it its this these those made released set in on at about for so if because as than then there i you he she
    we they and or not no never has have had does did do would could should can may might will must featuring to
    into only just also too even though although since until like unlike seen saw see watch watched ever everyone
    someone anyone something anything everything nothing what how why my your our his her their some any all every
    many please lol however here of either again instead starred stars
""")
# Small words inside English titles.
JOINTS = _words("""
    of the and a an in on to for with at from by or vs v de la le du des del di da et y und von van
""")
FOREIGN = _words("""
    la le les los las el lo un une una il l der die das de du des del della di da dei do dos y e et ed en au aux und
    ka ki ke no na wa ni ga o am im zum zur auf mit ohne für vom ins och på med till che non per con sin para por mi
    tu su mon est pas sans dans chez sur qui que nicht kein ein eine när som mot
""")
FOREIGN_STARTS = _words("""
    la le les los las el un une una il lo der die das gli det den abre à
""")
# Words that begin a title with a possessive rather than name a film maker: "King Solomon's Mines".
TITLES_OF_PERSONS = _words("""
    king queen lady lord dr doctor uncle aunt miss mr mrs madame the a an my our no one prince big bad
""")
NUMERALS = _words("""
    first second third fourth fifth sixth latest umpteenth
""")
# One word before a title that says whose film it is: "Hitchcock's Psycho", as against "Logan's Run".
DIRECTORS = _words("""
    hitchcock kurosawa bergman fellini truffaut godard melville clouzot renoir ozu mizoguchi carpenter romero craven
    argento bava fulci hooper cronenberg lynch kubrick scorsese coppola spielberg lucas polanski wilder hawks ford
    huston lubitsch capra welles lang murnau siodmak sirk wyler cukor curtiz mankiewicz zinnemann siegel peckinpah
    leone corbucci verhoeven haneke almodovar almodóvar amenabar amenábar bunuel buñuel chabrol tarkovsky tati varda
    ophuls vidor walsh whale browning corman tourneur powell reed lean losey miike nakata park bong kim woo lam tsui
    refn besson veber tarantino mann friedkin raimi depalma aldrich fuller lumet altman disney hammer universal mgm
    toho hollywood warner rko paramount pixar imamura kobayashi sturges demille risi visconti rossellini antonioni
    pasolini bertolucci rohmer rivette resnais malle clair carne carné duvivier feuillade dreyer stiller sjostrom
    lewton castle harryhausen franco naschy ferrara abrams nolan fincher anderson jarmusch wenders fassbinder herzog
    pabst wiene
""")
# Words between article and "remake" that take the claim back, or put it off to the future.
NOT_CLAIMED = _words("""
    virtual would-be potential proposed upcoming planned possible rumoured rumored inevitable eventual hypothetical
    unnecessary-proposed future forthcoming spiritual near quasi semi pseudo so-called proper mooted promised
    supposed alleged unmade aborted basic essential
""")
# Words between "is" and what it is that leave no claim: "is basically a remake".
HEDGES = _words("""
    basically essentially practically virtually nearly hardly barely possibly probably literally almost maybe
    perhaps arguably supposedly presumably not never n't no neither nor less more like scarcely potentially
    allegedly seemingly kinda sorta somewhat honestly-like figuratively effectively
""")
# Words after which what follows is not said as a fact: "I thought that this was a remake".
NOT_A_FACT = _words("""
    if whether unless wish wished hope hoped thought think guess suppose supposed imagine pretend say says said
    swear like than though doubt believe believed believing assume assumed expect expected expecting heard claim
    claims claimed disagree deny denies denied dispute refuse dismiss calling call calls called accuse feel feels
    felt assuming thinking swore wonder wondered wondering seems seemed rumoured rumored hear argue
    complain complains complained joke jokes joked
""")
# Words that describe a film where capitals do not tell them from its title.
PRAISE = _words("""
    great good bad better best worst old new older newer famous much superior far excellent brilliant awesome
    amazing cult popular early earlier same forgotten fantastic underrated overrated superb wonderful terrible awful
    really very truly most greatest beloved ealing disney sci-fi lovely foreign successful acclaimed iconic infamous
    well-known
""")
CALLED = {"called", "titled", "entitled", "named"}
NUMBERS = {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "no", "my"}
DETERMINERS = _words("""
    a an the this another one
""")
# Determiners of a remake that is not said to be the reviewed film.
OTHER_DETERMINERS = _words("""
    his her its their no some that these those our my any every each what which
""")
# Words that stand before a noun phrase without article, and are no part of it.
BEFORE_NOUN = _words("""
    is was are were be been being of in as with for to like by from at on about than into that this's it's that's
    and or but isn't wasn't not never he's she's there's here's if when while because see saw watch watched
""")
# "Not a bad remake" is one, "not a real remake" is none.
EVALUATIONS = _words("""
    bad terrible awful worst good great perfect worthless successful horrible necessarily-bad
""")
