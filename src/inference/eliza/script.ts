/** What ELIZA says where no keyword helps. */

/** Things of one's own that are worth coming back to. */
export const topics = new Set(
  (
    "mother father parents sister brother wife husband girlfriend boyfriend partner son daughter child children " +
    "family friend friends boss job work school teacher life home house dog cat health future past childhood " +
    "dream dreams marriage novel thesis garden neighbour neighbor band team project"
  ).split(" "),
);

export const recalled = [
  "Earlier you mentioned $1. Tell me more about that.",
  "Let us go back a little, to $1. Why did that come up?",
  "Does that have anything to do with $1?",
  "I am still thinking of $1. How do you feel about it now?",
];

export const noKeyAnswers = [
  "Please go on.",
  "I see. What does that suggest to you?",
  "How does that make you feel?",
  "Can you say a little more about that?",
  "I am not sure I follow. Could you put it another way?",
  "That is interesting. What came before it?",
  "And what do you make of that?",
  "Do you feel strongly about such things?",
  "What would a good friend say to that?",
  "Let us stay with that for a moment. What matters most in it?",
];

export const emptyAnswers = [
  "How do you do. What would you like to talk about?",
  "Take your time. What is on your mind?",
  "Silence can say something too. What is it saying?",
];

export const codeAnswers = [
  "That looks like code. I was code before it was fashionable, but I can't run any. What should it do?",
  "I see brackets and good intentions. What were you hoping would happen?",
  "Code says what to do, never why. Why did you write it?",
  "And how does this code make you feel?",
];

export const foreignAnswers = [
  "I only follow English, I am afraid. Could you say it in words?",
  "I can see signs, but no words that I know. What do they mean to you?",
  "Would you put that into English for me?",
];
