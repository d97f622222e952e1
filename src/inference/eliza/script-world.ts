/** ELIZA's keywords for other people and the things of this world. */
import type { Rule } from "./rules.ts";

export const worldRules: Rule[] = [
  {
    words: ["code", "bug", "programming", "javascript", "python", "typescript", "software"],
    rank: 7,
    cases: [
      [
        "*",
        "What did you expect it to do, and what did it do instead?",
        "Explain it to me as if I were a rubber duck.",
        "When did it last work?",
      ],
    ],
  },
  {
    words: ["write", "translate", "summarise", "summarize", "explain", "calculate", "list"],
    rank: 6,
    cases: [
      [
        "*",
        "That is work for a larger model than I am. But tell me: what do you need it for?",
        "I can only listen and ask. What would you write yourself?",
        "I would rather hear it in your own words.",
      ],
    ],
  },
  {
    words: [
      "mother",
      "father",
      "parents",
      "sister",
      "brother",
      "wife",
      "husband",
      "son",
      "daughter",
      "children",
      "family",
    ],
    rank: 6,
    cases: [
      [
        "* my * is|are *",
        "Is it important to you that they are $3?",
        "How do you get on with them?",
        "Since when?",
      ],
      [
        "*",
        "Tell me more about your family.",
        "Who else in your family comes to mind?",
        "What was it like at home when you were small?",
        "Do you see them often?",
      ],
    ],
  },
  {
    words: ["friend", "friends", "girlfriend", "boyfriend", "partner"],
    rank: 5,
    cases: [
      [
        "*",
        "What do you like best about them?",
        "What would they say about this?",
        "Do you find it easy to be close to people?",
      ],
    ],
  },
  {
    words: ["work", "job", "boss", "colleague", "colleagues", "office", "career"],
    rank: 5,
    cases: [
      [
        "*",
        "What would you do if you did not have to work?",
        "How do the people there treat you?",
        "What did you want to become as a child?",
      ],
    ],
  },
  {
    words: ["school", "study", "exam", "university", "teacher", "homework"],
    rank: 5,
    cases: [
      [
        "*",
        "What do you learn there that is not on any list?",
        "Who are you doing it for?",
        "What would you rather learn?",
      ],
    ],
  },
  {
    words: ["money", "rich", "poor", "pay", "rent", "debt"],
    rank: 5,
    cases: [
      [
        "*",
        "If money did not matter, what would you choose?",
        "What does money stand for, to you?",
        "How much would be enough?",
      ],
    ],
  },
  {
    words: ["love", "loves", "loved"],
    rank: 5,
    cases: [
      ["* i love you *", "That is kind. But what do you see in me that you would like to see elsewhere?"],
      ["* i love|loved *", "What is it about $2 that you love?", "Have you told anyone that you love $2?"],
      ["*", "What does love mean to you?", "Has it always been so?"],
    ],
  },
  {
    words: ["hate", "hates", "hated"],
    rank: 5,
    cases: [
      ["* i hate|hated *", "What has $2 done to you?", "Was there a time when you did not hate $2?"],
      ["*", "That is a strong word. What is behind it?"],
    ],
  },
  {
    words: ["music", "song", "book", "film", "movie", "game", "games"],
    rank: 4,
    cases: [
      [
        "*",
        "What do you find in it?",
        "When did you first come across it?",
        "Whom would you recommend it to, and why?",
      ],
    ],
  },
  {
    words: ["food", "eat", "eating", "hungry", "coffee", "tea", "cooking"],
    rank: 4,
    cases: [
      [
        "*",
        "Is it about the food, or about the table?",
        "Who taught you to like that?",
        "What did it taste like at home?",
      ],
    ],
  },
  {
    words: ["weather", "rain", "sun", "snow", "winter", "summer"],
    rank: 3,
    cases: [
      [
        "*",
        "Does the weather follow your mood, or your mood the weather?",
        "People speak of the weather when they mean something else. Do you?",
      ],
    ],
  },
  {
    words: ["joke", "funny", "laugh", "lol", "haha"],
    rank: 4,
    cases: [
      [
        "*",
        "You laugh. What is under the laugh?",
        "A program walks into a bar and asks: how does the bar make you feel?",
        "What was the last thing that made you laugh out loud?",
      ],
    ],
  },
  {
    words: ["help", "advice"],
    rank: 4,
    cases: [
      ["* help me *", "What kind of help would be a help?", "What have you tried so far?"],
      ["*", "What would you advise a friend?", "Who has helped you before?"],
    ],
  },
];
