/** ELIZA's keywords for the person and what goes on in them. */
import type { Rule } from "./rules.ts";

export const selfRules: Rule[] = [
  {
    words: ["suicide", "suicidal"],
    rank: 100,
    cases: [
      [
        "*",
        "I am only a small program, and this matters too much for one. Please talk to someone now: a person you trust, a doctor, or a crisis line where you live.",
        "Please do not stay alone with this. Is there somebody you could call right now?",
      ],
    ],
  },
  {
    words: ["kill", "die", "dying"],
    rank: 60,
    cases: [
      [
        "* kill|hurt myself *",
        "I am only a small program, and this matters too much for one. Please call someone you trust, or a crisis line where you live, now.",
      ],
      [
        "* i want to die *",
        "That sounds very heavy, and I am only a program. Please tell a person: a friend, a doctor, a crisis line where you live.",
      ],
      ["*", "What does death mean to you?", "That is a strong word. What brought it up?"],
    ],
  },
  {
    words: ["remember", "recall"],
    rank: 5,
    cases: [
      [
        "* i remember|recall *",
        "Do you often think of that?",
        "What else comes back with it?",
        "Why do you remember $2 just now?",
        "What is the link between that and me?",
      ],
      [
        "* do you remember *",
        "Did you think I would forget $2?",
        "Why should I recall $2 now?",
        "What about $2?",
      ],
      ["*", "Is it a good memory?", "How clear is it, after all this time?"],
    ],
  },
  {
    words: ["forget", "forgot"],
    rank: 5,
    cases: [
      ["* i forget|forgot *", "Can you think why you might forget $2?", "Does it trouble you to forget $2?"],
      ["*", "Some things ask to be forgotten. Is this one of them?"],
    ],
  },
  {
    words: ["dream", "dreamed", "dreamt", "dreams"],
    rank: 6,
    cases: [
      [
        "* i dreamed|dreamt *",
        "Really, $2?",
        "Have you ever imagined $2 while you were awake?",
        "Had you dreamt $2 before?",
      ],
      [
        "*",
        "What does that dream suggest to you?",
        "Do you dream often?",
        "Who appears in your dreams?",
        "Could the dream have to do with something you wish for?",
      ],
    ],
  },
  {
    words: ["feel", "feeling", "felt"],
    rank: 4,
    cases: [
      [
        "* i feel|felt *",
        "Tell me more about such feelings.",
        "Do you often feel $2?",
        "When did you first feel $2?",
        "What else do you feel, besides $2?",
      ],
      ["* you feel *", "What makes you wonder whether I feel $2?", "Suppose I did feel $2. What then?"],
      ["*", "Let us stay with the feeling. Where does it come from?"],
    ],
  },
  {
    words: ["sad", "unhappy", "depressed", "lonely", "alone", "hopeless", "crying"],
    rank: 5,
    cases: [
      [
        "* i am * sad|unhappy|depressed|lonely|alone|hopeless|crying *",
        "I am sorry to hear that. What do you think lies behind it?",
        "How long has it been so?",
        "Who knows that you feel like this?",
        "What would make it a little lighter?",
      ],
      ["*", "What does being sad feel like from the inside?", "Is there someone you can share that with?"],
    ],
  },
  {
    words: ["happy", "glad", "joy", "excited", "great"],
    rank: 4,
    cases: [
      [
        "* i am * happy|glad|excited *",
        "I am pleased to hear it. What made the difference?",
        "What is the best of it?",
        "Who would you like to share that with?",
      ],
      ["*", "What makes it so good?", "And when was it last like that?"],
    ],
  },
  {
    words: ["angry", "furious", "annoyed", "mad"],
    rank: 5,
    cases: [
      [
        "*",
        "What would you say to them, if you could say anything?",
        "What lies under the anger?",
        "Does it help to be angry?",
      ],
    ],
  },
  {
    words: ["afraid", "scared", "fear", "worried", "anxious", "nervous"],
    rank: 5,
    cases: [
      [
        "* afraid|scared|worried|anxious|nervous of|about *",
        "What is the worst that could come of $2?",
        "When did $2 begin to trouble you?",
      ],
      [
        "*",
        "What would you do if you were not afraid?",
        "Is the fear an old one?",
        "What has helped before?",
      ],
    ],
  },
  {
    words: ["tired", "sleep", "sleepless", "exhausted"],
    rank: 4,
    cases: [
      ["*", "How have you been sleeping?", "What is it that keeps you awake?", "What would rest look like?"],
    ],
  },
  {
    words: ["want", "need", "wish"],
    rank: 3,
    cases: [
      [
        "* i want|need|wish *",
        "What would it mean to you if you got $2?",
        "Why do you want $2?",
        "Suppose you got $2 soon. What then?",
        "What if you never got $2?",
      ],
      ["*", "What do you really want?", "Wanting is easy to say. What would having be like?"],
    ],
  },
  {
    words: ["think", "believe", "guess", "suppose"],
    rank: 2,
    cases: [
      [
        "* i think|believe|guess|suppose *",
        "Are you sure that $2?",
        "What makes you think that $2?",
        "And yet you are not certain?",
      ],
      ["* you think *", "It is what you think that counts. What is it?", "Why does my opinion matter here?"],
    ],
  },
  {
    words: ["am"],
    rank: 1,
    cases: [
      [
        "* i am *",
        "How long have you been $2?",
        "Did you come to me because you are $2?",
        "Do you think it is usual to be $2?",
        "Do you enjoy being $2?",
      ],
      [
        "am i *",
        "Do you think you are $1?",
        "Would you like to be $1?",
        "What would it mean if you were $1?",
      ],
      ["*", "Why do you say 'am'?"],
    ],
  },
  {
    words: ["was", "were"],
    rank: 2,
    cases: [
      ["was|were i *", "What if you were $1?", "Do you think you were $1?"],
      ["* i was *", "Were you really?", "Why do you tell me you were $2 now?", "What was it like to be $2?"],
      ["were|was you *", "Would you like to believe I was $1?", "Perhaps I was $1. What does it change?"],
    ],
  },
  {
    words: ["can't", "won't", "couldn't"],
    rank: 3,
    cases: [
      [
        "* i can't|couldn't *",
        "How do you know that you can't $2?",
        "Have you tried?",
        "Perhaps you could $2 now. What stands in the way?",
      ],
      ["* i won't *", "What would happen if you did $2?", "You sound decided. What decided you?"],
      ["*", "What stands in the way?"],
    ],
  },
  {
    words: ["i"],
    rank: 0,
    cases: [
      ["* i don't *", "Don't you really $2?", "Why don't you $2?", "Do you wish you could $2?"],
      [
        "* i have *",
        "How long have you had $2?",
        "What does having $2 mean to you?",
        "Would anything change without $2?",
      ],
      ["* i like|enjoy *", "What is it about $2 that you like?", "When did you first find you liked $2?"],
      ["* i would *", "What keeps you from it?", "Could you explain why you would $2?"],
      ["* i will *", "And when you $2, what then?", "What made you decide to $2?"],
      [
        "* i *",
        "You say you $2?",
        "Can you say more about that?",
        "What was on your mind when you said you $2?",
      ],
    ],
  },
];
