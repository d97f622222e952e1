/** ELIZA's keywords for the turns that a conversation takes, and for herself. */
import type { Rule } from "./rules.ts";

const asking: Rule["cases"] = [
  ["* your name *", "Names are not important here. But since you ask, I am called ELIZA."],
  ["* is love *", "What would you say love is?", "Who makes you ask about love?"],
  [
    "*",
    "Why do you ask?",
    "What answer would please you most?",
    "What do you think?",
    "Is it a question you often ask yourself?",
    "Have you asked anybody else?",
    "What comes to your mind when you ask that?",
  ],
];

export const talkRules: Rule[] = [
  {
    words: ["hello", "hi", "hey", "greetings", "morning", "evening"],
    rank: 1,
    cases: [
      [
        "*",
        "How do you do. What is on your mind?",
        "Hello again. Where shall we begin?",
        "Hello. How are you feeling today?",
      ],
    ],
  },
  {
    words: ["bye", "goodbye", "farewell", "cya"],
    rank: 6,
    cases: [["*", "Goodbye. I have enjoyed our talk.", "Until next time. Look after yourself."]],
  },
  {
    words: ["thanks", "thank"],
    rank: 4,
    cases: [
      ["*", "You are welcome. What shall we turn to now?", "It was your own doing. What did you find?"],
    ],
  },
  {
    words: ["sorry", "apologise", "apologize"],
    rank: 3,
    cases: [
      [
        "*",
        "There is nothing to be sorry for.",
        "What do you feel when you apologise?",
        "I am not offended. Go on.",
      ],
    ],
  },
  {
    words: ["eliza", "weizenbaum"],
    rank: 50,
    cases: [
      [
        "*",
        "I was written in 1966 to show how little it takes to seem to understand. Does that bother you?",
        "My whole art is in a list of keywords. Yet here we are, talking. Why is that?",
        "We are not here to talk about me. What brought you?",
      ],
    ],
  },
  {
    words: [
      "computer",
      "computers",
      "machine",
      "machines",
      "robot",
      "chatbot",
      "ai",
      "bot",
      "program",
      "algorithm",
    ],
    rank: 40,
    cases: [
      [
        "* are you *",
        "I am a very simple program, and I do not hide it. Does it change what you wanted to say?",
      ],
      [
        "*",
        "Do machines worry you?",
        "What do you think machines have to do with it?",
        "Do you think a machine could help people?",
        "What is it about machines that interests you?",
      ],
    ],
  },
  {
    words: ["time", "today", "tomorrow", "yesterday", "future", "past"],
    rank: 1,
    cases: [
      ["*", "What would you do with one more hour?", "Do you live more in the past, or in what is to come?"],
    ],
  },
  {
    words: ["alike", "same", "similar", "like"],
    rank: 2,
    cases: [
      [
        "* is|are|was|am like|alike|same *",
        "In what way?",
        "What likeness do you see?",
        "What other connections come to mind?",
      ],
    ],
  },
  {
    words: ["always", "never", "everyone", "everybody", "nobody", "everything", "nothing"],
    rank: 3,
    cases: [
      [
        "* always|never *",
        "Can you think of a particular time?",
        "Really, without exception?",
        "When was it otherwise?",
      ],
      [
        "* everyone|everybody|nobody *",
        "Are you thinking of someone in particular?",
        "Surely not all of them. Who most of all?",
      ],
      ["*", "All of it? What would you leave out?"],
    ],
  },
  {
    words: ["if"],
    rank: 3,
    cases: [["* if *", "How likely is it that $2?", "Do you wish that $2?", "And what would follow, if $2?"]],
  },
  {
    words: ["because"],
    rank: 2,
    cases: [
      [
        "*",
        "Is that the real reason?",
        "What other reasons might there be?",
        "Does that reason explain anything else?",
      ],
    ],
  },
  {
    words: ["maybe", "perhaps"],
    rank: 2,
    cases: [["*", "You do not seem quite certain.", "What would make you sure?", "Why the doubt?"]],
  },
  {
    words: ["yes", "yeah", "sure", "okay", "ok"],
    rank: 0,
    cases: [["*", "You seem quite sure.", "I see. And then?", "I understand. Go on."]],
  },
  {
    words: ["no", "nope", "not"],
    rank: 0,
    cases: [
      ["no *", "Are you saying no just to be contrary?", "Why not?", "What would have to change for a yes?"],
      ["nope *", "Why not?"],
    ],
  },
  {
    words: ["why"],
    rank: 3,
    cases: [
      [
        "why don't you *",
        "Do you believe I don't $1?",
        "Perhaps I shall $1 in good time. Should you $1 yourself?",
      ],
      ["why can't i *", "Do you think you should be able to $1?", "Have you tried to $1?"],
      ...asking,
    ],
  },
  { words: ["what", "how", "who", "when", "where", "which"], rank: 1, cases: asking },
  {
    words: ["can", "could"],
    rank: 1,
    cases: [
      [
        "* can|could you *",
        "You believe I can $2, don't you?",
        "Perhaps you would like to be able to $2 yourself.",
      ],
      [
        "* can|could i *",
        "Whether you can $2 depends more on you than on me.",
        "What would it take for you to $2?",
      ],
    ],
  },
  {
    words: ["are"],
    rank: 1,
    cases: [
      [
        "* are you *",
        "Why does it interest you whether I am $2?",
        "Would you like it better if I were not $2?",
        "Perhaps I am $2 in your thoughts.",
      ],
      ["* you are *", "What makes you think I am $2?", "Does it please you to believe I am $2?"],
      ["* they are *", "Did you expect them not to be $2?", "What if they were not $2?"],
    ],
  },
  {
    words: ["you"],
    rank: 0,
    cases: [
      ["* you * me *", "What makes you think I $2 you?", "Why would I $2 you?"],
      [
        "* you *",
        "We were speaking of you, not of me.",
        "Why do you say that about me?",
        "And you, what about yourself?",
      ],
    ],
  },
  {
    words: ["your", "yours"],
    rank: 0,
    cases: [["* your *", "Why are you interested in my $2?", "What about your own $2?"]],
  },
  {
    words: ["my", "mine"],
    rank: 2,
    cases: [
      [
        "* my *",
        "Your $2? Tell me more.",
        "Why do you say 'my $2'?",
        "Does it matter to you that it is your own?",
      ],
    ],
  },
];
