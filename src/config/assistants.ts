/** Limits of assistants. */

export const ASSISTANTS = {
  // Of one account; each page of a chat names them all.
  assistantsMax: 30,
  // In UTF-16 units.
  assistantNameChars: 60,
  assistantSuggestions: 4,
  assistantSuggestionChars: 300,
};
