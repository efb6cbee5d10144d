"""What reviews say of remakes, sentence by sentence: the tables are our own sentences about real films."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from films.titles import title_key
from reviews.evidence import Film, proposals

# Sentences by other people, with what they say: kept beside the project, where they are kept at all.
CASES = Path(__file__).parents[3] / "shared" / "cases" / "remake_mentions.jsonl"

# (the reviewed film, its year, the sentence, its source and the year that the sentence tells)
NAMES_THE_SOURCE = [
    (
        "The Thing",
        1982,
        "John Carpenter's The Thing is a remake of Howard Hawks' The Thing from Another World.",
        "The Thing from Another World",
        None,
    ),
    ("Cat People", 1982, "CAT PEOPLE is a very loose remake of Val Lewton's CAT PEOPLE (1942).", "Cat People", 1942),
    ("Dhadak", 2018, "This is an official Hindi remake of Marathi film Sairat.", "Sairat", None),
    (
        "The Departed",
        2006,
        "The Departed is a remake of the Hong Kong thriller Infernal Affairs, and it improves on it.",
        "Infernal Affairs",
        None,
    ),
    (
        "The Departed",
        2006,
        "A remake of Infernal Affairs with Leonardo DiCaprio and Matt Damon.",
        "Infernal Affairs",
        None,
    ),
    (
        "Insomnia",
        2002,
        "Christopher Nolan directs this remake of the 1997 Norwegian film of the same name.",
        "Insomnia",
        1997,
    ),
    ("Shutter", 2008, "This is a remake of the Thai film Shutter directed by two young men.", "Shutter", None),
    ("Quarantine", 2008, "Quarantine is a shot-for-shot remake of [REC].", "[REC]", None),
    ("MASH2", 1999, "It's a remake of M*A*S*H (1970).", "M*A*S*H", 1970),
    ("12", 2007, "This Russian remake of 12 Angry Men is longer.", "12 Angry Men", None),
    (
        "Vanilla Sky",
        2001,
        "Vanilla Sky is the American remake of Alejandro Amenabar's Abre los ojos.",
        "Abre los ojos",
        None,
    ),
    (
        "Vanilla Sky",
        2001,
        'An unnecessary remake of the Spanish film "Open Your Eyes" starring Tom Cruise.',
        "Open Your Eyes",
        None,
    ),
    ("The Birdcage", 1996, "The Birdcage, a remake of La cage aux folles, is funny.", "La cage aux folles", None),
    (
        "Let Me In",
        2010,
        "Let Me In is Hollywood's remake of the superior, haunting Swedish vampire film Let the Right One In.",
        "Let the Right One In",
        None,
    ),
    (
        "Diabolique",
        1996,
        "Remaking the 1955 classic Les Diaboliques, the director forgets suspense.",
        "Les Diaboliques",
        1955,
    ),
    ("Point of No Return", 1993, "THIS IS A REMAKE OF THE FRENCH FILM LA FEMME NIKITA.", "La Femme Nikita", None),
    ("Point of No Return", 1993, "this is a remake of the french film nikita and it is awful.", "nikita", None),
    ("Sorcerer", 1977, "Based on the French film The Wages of Fear, this is a nail-biter.", "The Wages of Fear", None),
    (
        "Sorcerer",
        1977,
        "Sorcerer is a 1977 thriller based on the film The Wages of Fear (1953).",
        "The Wages of Fear",
        1953,
    ),
    ("Psycho", 1998, "This is a remake of the 1960 original.", "Psycho", 1960),
    ("Psycho", 1998, "A pointless remake of the film of the same name.", "Psycho", None),
    ("Psycho", 1998, "This shot-by-shot remake of Hitchcock's Psycho (1960) serves no purpose.", "Psycho", 1960),
    ("Twelve Monkeys", 1995, "Twelve Monkeys, based on Chris Marker's short film La Jetée, is odd.", "La Jetée", None),
    (
        "Hard Hit",
        2021,
        "Hard Hit is the South Korean remake of the Spanish film El desconocido.",
        "El desconocido",
        None,
    ),
    (
        "A Fistful of Dollars",
        1964,
        "As most people know, this is an unofficial remake of Akira Kurosawa's Yojimbo.",
        "Yojimbo",
        None,
    ),
    (
        "Scent of a Woman",
        1992,
        "The film is a remake of Dino Risi's 1974 Italian film Profumo di donna, adapted by Bo Goldman.",
        "Profumo di donna",
        1974,
    ),
    (
        "City of Angels",
        1998,
        "Set in Los Angeles, California, the film is a loose remake of Wim Wenders' 1987 film Wings of Desire (Der Himmel über Berlin), which was set in Berlin.",  # noqa: E501
        "Wings of Desire",
        1987,
    ),
    (
        "Black 13",
        1953,
        'The film is a remake of the 1948 Italian film "Gioventù perduta" (a.k.a. "Lost Youth") by Pietro Germi.',
        "Gioventù perduta",
        1948,
    ),
    ("Veede", 2003, "The film is a remake of Tamil movie Dhool (2003).", "Dhool", 2003),
    (
        "Gone in 60 Seconds",
        2000,
        "The film is a loose remake of the 1974 H.B. Halicki film of the same name.",
        "Gone in 60 Seconds",
        1974,
    ),
    (
        "The Italian Job",
        2003,
        "It is an American remake of the 1969 British film of the same name, and is about thieves.",
        "The Italian Job",
        1969,
    ),
    ("The Wicker Man", 2006, "It is a remake of the classic The Wicker Man.", "The Wicker Man", None),
    (
        "Poseidon",
        2006,
        "It is the third film adaptation of Paul Gallico's 1969 novel The Poseidon Adventure, and a loose remake of the 1972 film of the same name.",  # noqa: E501
        "Poseidon",
        1972,
    ),
    (
        "The Barretts of Wimpole Street",
        1957,
        '"The Barretts of Wimpole Street" (1957) is a word-for-word remake of the classic 1934 version by the same name.',  # noqa: E501
        "The Barretts of Wimpole Street",
        1934,
    ),
    (
        "The Preacher's Wife",
        1996,
        'A remake of an old Cary Grant movie ("The Bishop\'s Wife"), this is pleasant.',
        "The Bishop's Wife",
        None,
    ),
    ("The Eye", 2008, "Another Hollywood remake of an Asian horror film, this time The Eye.", "The Eye", None),
    (
        "Kiss of Death",
        1995,
        'It\'s a remake of a 1947 film noir, "Kiss of Death," starring Victor Mature.',
        "Kiss of Death",
        1947,
    ),
    ("We're No Angels", 1989, "It's not a bad remake of the Bogart film \"We're No Angels\".", "We're No Angels", None),
    ("A Perfect Murder", 1998, "Its a remake of Dial M for Murder.", "Dial M for Murder", None),
    (
        "A Perfect Murder",
        1998,
        'A modern-day remake of Hitchcock\'s "Dial M for Murder", with Michael Douglas as the husband.',
        "Dial M for Murder",
        None,
    ),
    (
        "Ghajini",
        2008,
        "The movie is remake of Tamil superhit Ghajini which was itself copied from Memento.",
        "Ghajini",
        None,
    ),
    ("Breathless", 1983, "Jim McBride's remake of Breathless is a neon dream.", "Breathless", None),
    (
        "Beauty and the Beast",
        2017,
        "Disney's live-action remake of its own 1991 animated classic Beauty and the Beast is pretty.",
        "Beauty and the Beast",
        1991,
    ),
    ("Total Recall", 2012, "This Total Recall remake lacks all the fun.", "Total Recall", None),
    (
        "The Next Three Days",
        2010,
        "Going in, I did not know it was a remake of the French film Anything for Her.",
        "Anything for Her",
        None,
    ),
    (
        "Three Fugitives",
        1989,
        "Three Fugitives is Francis Veber's remake of his own Les Fugitifs (1986).",
        "Les Fugitifs",
        1986,
    ),
    (
        "Father of the Bride",
        1991,
        "This is an updated remake of the 1950 Spencer Tracy movie of the same title.",
        "Father of the Bride",
        1950,
    ),
    (
        "You've Got Mail",
        1998,
        "You've Got Mail is a modern remake of Ernst Lubitsch's \"The Shop Around the Corner\".",
        "The Shop Around the Corner",
        None,
    ),
    (
        "High Society",
        1956,
        "High Society is a musical version of the film The Philadelphia Story.",
        "The Philadelphia Story",
        None,
    ),
    ("True Lies", 1994, "True Lies is the American version of the French film La Totale!", "La Totale!", None),
    ("The Ring", 2002, "Being a remake of the Japanese film Ringu, this was bound to be compared.", "Ringu", None),
    ("The Ring", 2002, "As a remake of Ringu, it does surprisingly well.", "Ringu", None),
    ("The Ring", 2002, "I have to say that this American remake of Ringu scared me more.", "Ringu", None),
    (
        "The Ring",
        2002,
        "While the original Japanese film, Ringu, was subtle, this remake goes for jolts.",
        "Ringu",
        None,
    ),
    (
        "Funny Games",
        2007,
        "Funny Games US is the director's own remake of his 1997 film with the same title.",
        "Funny Games",
        1997,
    ),
    ("The Lake House", 2006, "Based on a Korean film called Il Mare, The Lake House is slow.", "Il Mare", None),
    (
        "Heaven Can Wait",
        1978,
        'Delightful remake of "Here Comes Mr. Jordan", with Warren Beatty in the Robert Montgomery part.',
        "Here Comes Mr. Jordan",
        None,
    ),
    (
        "Against All Odds",
        1984,
        "It's a glossy remake of Jacques Tourneur's noir classic OUT OF THE PAST (1947), and it's nowhere near as good.",  # noqa: E501
        "Out of the Past",
        1947,
    ),
    (
        "Cape Fear",
        1991,
        "Scorsese's remake of the 1962 thriller of the same name is a loud, brash affair.",
        "Cape Fear",
        1962,
    ),
    (
        "Dinner for Schmucks",
        2010,
        'As an American remake of the French comedy "Le Diner de Cons", this film was bound to disappoint.',
        "Le Diner de Cons",
        None,
    ),
    (
        "Dinner for Schmucks",
        2010,
        "Having seen the French original (Le Dîner de Cons), I was curious about this remake.",
        "Le Dîner de Cons",
        None,
    ),
    ("Brothers", 2009, "This is a US remake of Susanne Bier's Danish film Brødre from 2004.", "Brødre", 2004),
    (
        "Secret in Their Eyes",
        2015,
        "A Hollywood remake of the Oscar-winning Argentinian film 'The Secret in Their Eyes', this version is flat.",
        "The Secret in Their Eyes",
        None,
    ),
    (
        "My Bloody Valentine",
        2009,
        "MY BLOODY VALENTINE 3-D is a remake of the 1981 slasher film of the same name.",
        "My Bloody Valentine",
        1981,
    ),
    (
        "No Reservations",
        2007,
        '"No Reservations" is an American remake of the 2001 German film "Mostly Martha," which I adore.',
        "Mostly Martha",
        2001,
    ),
    (
        "The Ladykillers",
        2004,
        "The Coen Brothers remake the Ealing comedy The Ladykillers and move it to Mississippi.",
        "The Ladykillers",
        None,
    ),
    (
        "Village of the Damned",
        1995,
        "This 1995 remake of Village of the Damned was directed by John Carpenter.",
        "Village of the Damned",
        None,
    ),
    (
        "House of Wax",
        1953,
        "House of Wax is a 3-D remake of 1933's Mystery of the Wax Museum.",
        "Mystery of the Wax Museum",
        1933,
    ),
    (
        "The Fly",
        1986,
        "I'm usually not a fan of remakes, but this remake of the 1958 sci-fi classic The Fly is amazing.",
        "The Fly",
        1958,
    ),
    (
        "One Missed Call",
        2008,
        "Yet another PG-13 remake of a J-horror film, Takashi Miike's Chakushin Ari.",
        "Chakushin Ari",
        None,
    ),
    (
        "Pathfinder",
        2007,
        "Pathfinder is a remake of the Norwegian movie Ofelas, which was nominated for an Oscar.",
        "Ofelas",
        None,
    ),
    (
        "Pathfinder",
        2007,
        'It\'s actually a (very loose) remake of the Norwegian film "Ofelaš" from 1987.',
        "Ofelaš",
        1987,
    ),
    ("Taxi", 2004, "Taxi is the English language remake of Luc Besson's French hit Taxi.", "Taxi", None),
    (
        "The Tourist",
        2010,
        "Few viewers know that The Tourist is a remake of Anthony Zimmer, a French thriller with Sophie Marceau.",
        "Anthony Zimmer",
        None,
    ),
    (
        "The Invasion",
        2007,
        "Fourth remake of Invasion of the Body Snatchers and by far the weakest.",
        "Invasion of the Body Snatchers",
        None,
    ),
    (
        "Walking Tall",
        2004,
        "In this remake of the 1973 Joe Don Baker film Walking Tall, The Rock swings a plank.",
        "Walking Tall",
        1973,
    ),
    (
        "Bangkok Dangerous",
        2008,
        "The Pang Brothers remake their own Bangkok Dangerous (1999) with Nicolas Cage.",
        "Bangkok Dangerous",
        1999,
    ),
    (
        "Contraband",
        2012,
        "Contraband, which is a remake of the Icelandic film Reykjavik-Rotterdam, stars Mark Wahlberg.",
        "Reykjavik-Rotterdam",
        None,
    ),
    (
        "The Lake House",
        2006,
        "I saw the Korean version, Il Mare, long before this Hollywood remake came along.",
        "Il Mare",
        None,
    ),
    # Adjectives joined by "and", exactness that "almost" does not take away, praise by degree.
    ("Sorcerer", 1977, "Sorcerer is a sweaty and muddy remake of The Wages of Fear.", "The Wages of Fear", None),
    ("Sorcerer", 1977, "A more cynical remake of The Wages of Fear, and a louder one.", "The Wages of Fear", None),
    ("Sorcerer", 1977, "It is almost a shot for shot remake of The Wages of Fear.", "The Wages of Fear", None),
    ("Sorcerer", 1977, "The whole thing is a remake of the French film The Wages of Fear.", "The Wages of Fear", None),
    (
        "Sorcerer",
        1977,
        "Friedkin's new thriller is, if you ask me, a remake of The Wages of Fear.",
        "The Wages of Fear",
        None,
    ),
    (
        "Sorcerer",
        1977,
        "The lavish remake of the French classic The Wages of Fear, Sorcerer sank.",
        "The Wages of Fear",
        None,
    ),
    ("Sorcerer", 1977, "It is scene for scene remade from The Wages of Fear (1953).", "The Wages of Fear", 1953),
    ("Sorcerer", 1977, "Roy Scheider and friends star in a remake of The Wages of Fear.", "The Wages of Fear", None),
    ("Sorcerer", 1977, "I saw The Wages of Fear at school, long before this remake.", "The Wages of Fear", None),
    ("Sorcerer", 1977, "SORCERER is a remake of THE WAGES OF FEAR with Roy Scheider.", "The Wages of Fear", None),
    ("Ransom", 1996, "What made Ron Howard remake the 1956 film Ransom?", "Ransom", 1956),
    ("Ransom", 1996, "I doubt that Ron Howard's 1996 remake of Ransom has many friends.", "Ransom", None),
    ("Ransom", 1996, "Having seen Alex Segal's Ransom, I had my doubts about this remake.", "Ransom", None),
    ("Sorcerer", 1977, "This sweaty The Wages of Fear remake has the better bridge.", "The Wages of Fear", None),
    ("Unfaithful", 2002, "A sleek reworking of the Claude Chabrol film La Femme infidèle.", "La Femme infidèle", None),
]
# (the reviewed film, its year, the sentence, a remake of it and the year that the sentence tells)
NAMES_A_REMAKE = [
    ("The Wages of Fear", 1953, "A lavish remake, The Sorcerer, followed and sank.", "The Sorcerer", None),
    ("The Wages of Fear", 1953, "It was remade as SORCERER with Roy Scheider.", "Sorcerer", None),
    ("Open Your Eyes", 1997, "This film was later remade as Vanilla Sky with Tom Cruise.", "Vanilla Sky", None),
    ("Open Your Eyes", 1997, "It was remade in Hollywood as Vanilla Sky (2001).", "Vanilla Sky", 2001),
    ("Open Your Eyes", 1997, "Much better than the American remake, Vanilla Sky.", "Vanilla Sky", None),
    (
        "Open Your Eyes",
        1997,
        'Forget the American remake "Vanilla Sky" (2001), this is the real thing.',
        "Vanilla Sky",
        2001,
    ),
    ("Open Your Eyes", 1997, "Vanilla Sky is a remake of this film, and a poor one.", "Vanilla Sky", None),
    ("Open Your Eyes", 1997, 'I had seen "Vanilla Sky", the American remake, before this.', "Vanilla Sky", None),
    ("Open Your Eyes", 1997, "Hollywood remade this as Vanilla Sky.", "Vanilla Sky", None),
    ("Open Your Eyes", 1997, 'Remade as "Vanilla Sky" in 2001.', "Vanilla Sky", 2001),
    (
        "La Totale!",
        1991,
        "If the story seems familiar, it was remade by James Cameron as True Lies.",
        "True Lies",
        None,
    ),
    (
        "The Shop Around the Corner",
        1940,
        "The Shop Around the Corner was remade twice, as the musical In the Good Old Summertime (1949) and as You've Got Mail (1998).",  # noqa: E501
        "In the Good Old Summertime",
        1949,
    ),
    (
        "Love Affair",
        1939,
        'This wonderful romance (later remade as "An Affair to Remember") still works.',
        "An Affair to Remember",
        None,
    ),
    (
        "Love Affair",
        1939,
        "Leo McCarey remade it himself in 1957 as An Affair to Remember.",
        "An Affair to Remember",
        1957,
    ),
    ("Psycho", 1960, "The 1998 remake of Psycho is a curiosity next to this.", "Psycho", 1998),
    ("Ringu", 1998, "There is an American remake called The Ring, which I have not seen.", "The Ring", None),
    ("Nikita", 1990, "Remade in the States as Point of No Return.", "Point of No Return", None),
    (
        "Out of the Past",
        1947,
        'This film noir classic was remade in 1984 as "Against All Odds".',
        "Against All Odds",
        1984,
    ),
    (
        "The Front Page",
        1931,
        "The Front Page was remade, with a sex change, as His Girl Friday in 1940.",
        "His Girl Friday",
        1940,
    ),
    (
        "Seven Samurai",
        1954,
        "Everybody knows that The Magnificent Seven is a remake of this masterpiece.",
        "The Magnificent Seven",
        None,
    ),
    ("Seven Samurai", 1954, "Seven Samurai was remade as The Magnificent Seven.", "The Magnificent Seven", None),
    ("Rififi", 1955, "It has been remade as a western, Cattle Drive, in 1960.", "Cattle Drive", 1960),
    (
        "Le Jouet",
        1976,
        '"The Toy", a remake of this film with Richard Pryor, is nowhere near as good.',
        "The Toy",
        None,
    ),
    ("The Lodger", 1927, 'It spawned a remake called "Man in the Attic".', "Man in the Attic", None),
    ("Wings of Desire", 1987, "It was remade (terribly) as City of Angels.", "City of Angels", None),
    ("Wings of Desire", 1987, "Don't confuse it with its Hollywood remake City of Angels.", "City of Angels", None),
    ("Wings of Desire", 1987, "This is the film that was remade as City of Angels.", "City of Angels", None),
    (
        "Wings of Desire",
        1987,
        "Years later, this beautiful film would be remade as City of Angels with Nicolas Cage and Meg Ryan.",
        "City of Angels",
        None,
    ),
    (
        "The Shop Around the Corner",
        1940,
        "Remade in 1949 as IN THE GOOD OLD SUMMERTIME and in 1998 as YOU'VE GOT MAIL.",
        "In the Good Old Summertime",
        1949,
    ),
    ("Three Men and a Cradle", 1985, "Later remade in America as Three Men and a Baby.", "Three Men and a Baby", None),
    ("Bedtime Story", 1964, "The original version of Dirty Rotten Scoundrels.", "Dirty Rotten Scoundrels", None),
    (
        "Bedtime Story",
        1964,
        '"Dirty Rotten Scoundrels" (1988) is a remake of this movie.',
        "Dirty Rotten Scoundrels",
        1988,
    ),
    (
        "Bedtime Story",
        1964,
        "I had no idea that Dirty Rotten Scoundrels was a remake of this 1964 comedy.",
        "Dirty Rotten Scoundrels",
        None,
    ),
    (
        "Bedtime Story",
        1964,
        "If you liked the remake, Dirty Rotten Scoundrels, you will like this.",
        "Dirty Rotten Scoundrels",
        None,
    ),
    (
        "Bedtime Story",
        1964,
        'Remade many years later with Steve Martin and Michael Caine as "Dirty Rotten Scoundrels".',
        "Dirty Rotten Scoundrels",
        None,
    ),
    (
        "Yojimbo",
        1961,
        "Sergio Leone remade this film as A Fistful of Dollars and Walter Hill as Last Man Standing.",
        "A Fistful of Dollars",
        None,
    ),
    ("Yojimbo", 1961, "Remade twice, as A Fistful of Dollars and Last Man Standing.", "A Fistful of Dollars", None),
    (
        "Yojimbo",
        1961,
        "It has been remade several times, most famously as A Fistful of Dollars.",
        "A Fistful of Dollars",
        None,
    ),
]
# Denials, wishes, rumours, likenesses, other films, and remakes of what is not named.
NAMES_NOTHING = [
    ("Saw", 2004, "This Tim Burton remake is loud."),
    ("Saw", 2004, "The director of this film was shot at in the remake of Cube."),
    ("Saw", 2004, "The film that Wan made before is a remake of Cube."),
    ("Saw", 2004, "The American version is a remake of Cube."),
    ("Saw II", 2005, "The sequel to Cube Zero, a remake of Cube, has more traps."),
    ("Saw", 2004, "Calling it a remake of Saw (1999) would be false advertising."),
    ("The Vanishing", 1993, "George Sluizer's own American remake of his Dutch film Spoorloos is weaker."),
    ("Solaris", 2002, "Soderbergh's Solaris is less a remake of Tarkovsky's film than a new reading of the book."),
    ("Airplane!", 1980, "Believe it or not, Airplane! is almost a remake of Zero Hour!"),
    ("Oldboy", 2013, "Spike Lee's Oldboy is a remake of Park Chan-wook's masterpiece."),
    ("The Model", 2016, "I would love a remake of Blow-Up with this cast."),
    ("Saw", 2004, "This is not a remake of Seven."),
    ("Saw", 2004, "It feels like a remake of Se7en on acid."),
    ("Saw", 2004, "Basically a remake of Se7en."),
    ("Saw", 2004, "Is this a remake of Cube?"),
    ("Saw", 2004, "The lead actor was last seen in the remake of Psycho."),
    ("Saw", 2004, "Gus Van Sant's Psycho remake was better than this."),
    ("Saw", 2004, "This director made the remake of Dawn of the Dead."),
    ("Saw", 2004, "A remake of Psycho would be pointless."),
    ("Saw", 2004, "This movie needs to be remade as a comedy called Sawdust."),
    ("Saw", 2004, "This should be remade as a Broadway musical."),
    ("Saw", 2004, "It plays as if somebody wanted a remake of Cube set in a bathroom."),
    ("Saw", 2004, "Unlike the remake of The Texas Chainsaw Massacre, this film has ideas."),
    ("Saw", 2004, "She later starred in a remake of The Fog."),
    ("Saw", 2004, "If this were a remake of Cube, I would understand."),
    ("Saw", 2004, "I thought it was a remake of Cube until the end."),
    ("Saw", 2004, "This is no remake of Cube, thank God."),
    ("Saw", 2004, "The Thing is a remake of The Thing from Another World, and it is a better film than this."),
    ("Saw", 2004, "Like the remake of Psycho, it adds colour and nothing else."),
    ("Saw", 2004, "Hollywood loves remakes of Japanese films like Ringu and Ju-on."),
    ("Saw", 2004, "It could have been a remake of Cube."),
    ("Saw", 2004, "This is more a remake of Cube than a sequel."),
    ("Saw", 2004, "His next film, a remake of Death Sentence, was worse."),
    ("Saw", 2004, "This is the worst film since the remake of Psycho."),
    ("Saw", 2004, "They are planning a remake of this film with Brad Pitt."),
    ("Saw", 2004, "Rumour has it that a remake, Saw Again, is coming."),
    ("Saw", 2004, "The film was shot in the same house as the remake of Psycho."),
    ("Saw", 2004, "Wan, who remade Death Wish as Death Sentence, knows the trade."),
    ("Saw", 2004, "Psycho was remade as Psycho in 1998, and nobody cared."),
    ("Saw", 2004, "This is a remake of the novel by Stephen King."),
    ("Saw", 2004, "This is a remake of the TV series The Twilight Zone."),
    ("Saw", 2004, "It's a good thing nobody has remade Cube as Cube 2."),
    ("Saw", 2004, "Zindagi's hero, known as Tiger, is a remake of every hero."),
    ("Saw", 2004, "Jigsaw, aka John Kramer, is a great villain."),
    ("Saw", 2004, "The killer, also known as Jigsaw, watches."),
    ("Saw", 2004, "It's based on a true story called The Room."),
    ("Saw", 2004, "Based on the novel Saw by John Smith."),
    ("Saw", 2004, "In a world of remakes, Saw is original."),
    ("Saw", 2004, "The original Star Wars (1977) had better dialogue."),
    (
        "Swept Away",
        2002,
        "Guy Ritchie took a great film, 'Swept Away' by Lina Wertmuller, and turned it into this awful remake.",
    ),
    ("Scarface", 1983, "Many forget that this is a remake of a 1932 film with Paul Muni."),
    ("The Man Who Knew Too Much", 1956, "Hitchcock remade his own 1934 film and improved it."),
    ("Houseguest", 1995, 'Not exactly a remake of "Boudu", but close.'),
    ("Last House on the Left", 2009, "Remake of Wes Craven's notorious 1972 film, this has better acting."),
    ("The Killers", 1964, "Don Siegel's film is not so much a remake of the 1946 film as a new story."),
    ("Village of the Damned", 1995, "John Carpenter's remake of the 1960 British classic is a dud."),
    (
        "Death at a Funeral",
        2010,
        "Its almost exactly the same as the British original Death at a Funeral (2007), and I wonder why they bothered with a remake.",  # noqa: E501
    ),
    ("The Invasion", 2007, "The Invasion is the fourth screen version of Jack Finney's novel."),
    ("Walking Tall", 2004, "In this remake of the 1973 film, The Rock plays a soldier."),
    ("The Uninvited", 2009, "If you have seen A Tale of Two Sisters, of which this is a remake, you know the twist."),
    ("Nightwatch", 1997, "Ole Bornedal remade his own Nattevagten in Hollywood."),
    ("Rear Window", 1954, "It was remade for television in 1998 with Christopher Reeve."),
    ("Rear Window", 1954, "Disturbia is basically a remake of this film."),
    ("The In-Laws", 1979, "I can't believe they remade it with Michael Douglas."),
    ("Saw", 2004, "The director, who later made the remake of Halloween, shows no talent here."),
    ("Saw", 2004, "Michael Bay's remake of The Amityville Horror had more scares."),
    ("Saw", 2004, "I would rather watch the remake of Psycho again."),
    ("Saw", 2004, "After the success of the American remake of The Ring, horror was back."),
    ("Saw", 2004, "It's like a remake of Seven directed by a teenager."),
    ("Saw", 2004, "Fans of the remake of Dawn of the Dead will be pleased."),
    ("Saw", 2004, "It could easily pass for a remake of Cube."),
    ("Saw", 2004, "At times it seems to be a remake of Cube."),
    ("Saw", 2004, "One almost suspects a remake of Cube."),
    ("Saw", 2004, "He is currently working on a remake of The Birds."),
    ("Saw", 2004, "A remake of The Crow is in development."),
    ("Saw", 2004, "I was afraid this would be a remake of Cube."),
    ("Saw", 2004, "It doesn't try to be a remake of Cube."),
    ("Saw", 2004, "Please, Hollywood, no remake of Saw."),
    ("Saw", 2004, "There should be a remake of this movie called Saw Deluxe."),
    ("Saw", 2004, "The House of Wax remake was bad, too."),
    ("Saw", 2004, "Is it just a remake of Cube, or something new?"),
    ("Saw", 2004, "Then came The Grudge, a remake of Ju-on, and everybody was tired of it."),
    ("Saw", 2004, "The Grudge was a remake of Ju-on."),
    ("Saw", 2004, "This is a sequel, not a remake of Cube."),
    ("Saw", 2004, "The remake of King Kong is longer than this."),
    ("Saw", 2004, "Much better than Zombie's Halloween, which was a remake of Carpenter's Halloween."),
    ("Saw", 2004, "It was remade from scratch as a game called Saw: The Game."),
    ("Saw", 2004, "If it is ever remade as Saw Again, count me out."),
    ("Saw", 2004, "It will surely be remade as Saw Wars."),
    ("Saw", 2004, "In the nineties it might have been remade as Chain."),
    ("Saw", 2004, "He says this is a remake of Cube."),
    ("Saw", 2004, "Some people call this a remake of Cube."),
    ("Saw", 2004, "To call this a remake of Cube is unfair."),
    ("Saw", 2004, "They say it is a remake of Cube, but I don't see it."),
    ("Saw", 2004, "Someone told me this was a remake of Cube which it isn't."),
    ("Saw", 2004, "Let's hope the remake, Saw Reborn, never happens."),
    ("Saw", 2004, "I hear the remake, Saw Reborn, is on its way."),
    ("Saw", 2004, "This film is as pointless as the remake of Psycho."),
    ("Saw", 2004, "This is as pointless as a remake of Psycho."),
    ("Saw", 2004, "This movie was made by the people behind the remake of Psycho."),
    ("Saw", 2004, "The original Cube was a better film than this."),
    ("Saw", 2004, "This is nothing like the remake of The Texas Chainsaw Massacre."),
    ("Saw", 2004, "Cary Elwes, also in the remake of Psycho, is miscast."),
    ("Saw", 2004, "This film stars Cary Elwes, who is the star of a remake of Psycho."),
    ("Saw", 2004, "This film came out the same year as a remake of Dawn of the Dead."),
]

HARD_HIT = (
    "Hard Hit, aka Restricted Call, is a 2021 South Korean action thriller and the second remake of Spanish thriller "
    "Retribution following the 2018 German adaptation Don't. Get. Out!. Hard Hit is a pretty faithful adaptation."
)


def keyed(film):
    return title_key(film.title), film.year


@pytest.mark.parametrize(("film", "year", "sentence", "source", "source_year"), NAMES_THE_SOURCE)
def test_a_sentence_names_the_source_of_the_reviewed_film(film, year, sentence, source, source_year):
    assert [(edge.remake, keyed(edge.source)) for edge in proposals(sentence, film, year).edges] == [
        (Film(film, year), (title_key(source), source_year))
    ]


@pytest.mark.parametrize(("film", "year", "sentence", "remake", "remake_year"), NAMES_A_REMAKE)
def test_a_sentence_names_a_remake_of_the_reviewed_film(film, year, sentence, remake, remake_year):
    first = proposals(sentence, film, year).edges[0]
    assert (keyed(first.remake), first.source) == ((title_key(remake), remake_year), Film(film, year))


@pytest.mark.parametrize(("film", "year", "sentence"), NAMES_NOTHING)
def test_other_talk_of_remakes_proposes_nothing(film, year, sentence):
    assert proposals(sentence, film, year) == ([], [])


def test_two_remakes_of_one_source_are_proposed_with_an_alias_and_none_between_them():
    found = proposals(HARD_HIT, "Hard Hit", 2021, headline="This remake of Retribution is still tense")
    assert [(edge.kind, edge.remake, edge.source, edge.part) for edge in found.edges] == [
        ("remake", Film("Hard Hit", 2021), Film("Retribution", None), "body"),
        ("remake", Film("Don't. Get. Out!", 2018), Film("Retribution", None), "body"),
    ]
    assert [(alias.film, alias.title) for alias in found.aliases] == [(Film("Hard Hit", 2021), "Restricted Call")]


def test_a_headline_alone_is_evidence_too():
    (edge,) = proposals("It is tense.", "Hard Hit", 2021, headline="This remake of Retribution is tense").edges
    assert (edge.part, edge.quote.text) == ("headline", "This remake of Retribution is tense")


def test_of_two_sentences_that_say_the_same_the_one_with_a_year_is_quoted():
    text = "This is a remake of Yojimbo. As I said, this is a remake of Yojimbo (1961)."
    (edge,) = proposals(text, "A Fistful of Dollars", 1964).edges
    assert (edge.source, edge.quote.start) == (Film("Yojimbo", 1961), 29)


def test_the_original_that_is_named_beside_an_unnamed_remake_is_its_source():
    text = "This remake is loud. I prefer the Japanese original, Ringu (1998), by far."
    (edge,) = proposals(text, "The Ring", 2002).edges
    assert (edge.source, edge.quote.start) == (Film("Ringu", 1998), 21)


def test_the_original_of_a_film_that_nobody_calls_a_remake_is_no_source():
    assert proposals("The original Star Wars (1977) is better.", "Star Wars: The Force Awakens", 2015).edges == []


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("This is a re-edited version of Heaven's Gate.", "re-edit"),
        ("Based on the same novel as Red Dragon (2002), this is better.", "adaptation"),
        ("This is the American version of the French film Heaven's Gate.", "remake"),
    ],
)
def test_the_kind_says_how_the_films_are_related(sentence, kind):
    assert [edge.kind for edge in proposals(sentence, "Manhunter", 2010).edges] == [kind]


@pytest.mark.parametrize(
    ("film", "sentence", "alias"),
    [
        ("Hard Hit", "Hard Hit (aka Restricted Call) is tense.", "Restricted Call"),
        ("Deep Red", "This film is also known as The Hatchet Murders.", "The Hatchet Murders"),
        ("Deep Red", "Also known as The Hatchet Murders, this is a classic.", "The Hatchet Murders"),
        ("Deep Red", 'Its original title is "Profondo rosso".', "Profondo rosso"),
        ("Deep Red", "Deep Red is known in the States as The Hatchet Murders.", "The Hatchet Murders"),
        ("Deep Red", "AKA The Hatchet Murders.", "The Hatchet Murders"),
    ],
)
def test_another_title_of_the_film_is_an_alias(film, sentence, alias):
    assert [found.title for found in proposals(sentence, film, 1975).aliases] == [alias]


def test_a_known_title_ends_where_the_catalogue_ends_it():
    sentence = "This is a remake of I Was Born, But... and it shows."
    known = {title_key("I Was Born, But..."): [1932]}
    assert [edge.source.title for edge in proposals(sentence, "Good Morning", 1959).edges] == ["I Was Born"]
    assert [keyed(edge.source) for edge in proposals(sentence, "Good Morning", 1959, known=known).edges] == [
        ("i was born but", None)
    ]
    assert proposals(sentence, "Good Morning", 1959, known=known.get) == proposals(
        sentence, "Good Morning", 1959, known=known
    )


def test_no_film_is_a_remake_of_a_later_one():
    assert proposals("This is a remake of Psycho (1998).", "Psycho", 1960).edges == []


WORDS = st.sampled_from(
    [
        *(
            "This film is a remake of",
            "Psycho",
            "not",
            "Saw",
            "aka",
            "version of",
            "the original",
            "was remade as",
            "It's",
        ),
        *(",", ".", '"', "(1960)", "[", "!", "A", "\n\n", "'"),
    ]
)


@given(
    st.one_of(st.text(), st.lists(WORDS, max_size=60).map(" ".join)), st.sampled_from(["Saw", "Psycho", "It", "", "$"])
)
def test_quotes_stand_in_the_text_where_they_say(text, film):
    found = proposals(text, film, 2004)
    for quote in (proposal.quote for proposal in [*found.edges, *found.aliases]):
        assert quote.text == text[quote.start : quote.end]


@pytest.mark.parametrize("piece", ["remake of ", '"', "Aa. ", "it was remade as ", ".", "the original, ", "this is a "])
def test_endless_lines_are_read_without_end_of_patience(piece):
    assert proposals(piece * (10_000 // len(piece)) + "remake", "Saw", 2004).aliases == []


@pytest.mark.skipif(not CASES.exists(), reason="the labelled sentences are not here")
def test_labelled_sentences_are_told_apart():
    named, right, wrong = 0, 0, []
    for case in map(json.loads, CASES.read_text().strip().split("\n")):
        edges = proposals(case["sentence"], case["film"] or "", case["year"]).edges
        if case["label"] == "negative":
            wrong += [case["sentence"]] if edges else []
        elif other := case["original"] or case["remake"]:
            is_remake = case["direction"] == "reviewed_is_remake"
            pair = (case["film"], other) if is_remake else (other, case["film"])
            named += 1
            right += tuple(map(title_key, pair)) in [
                (title_key(edge.remake.title), title_key(edge.source.title)) for edge in edges
            ]
    assert wrong == []
    assert right >= 0.9 * named
