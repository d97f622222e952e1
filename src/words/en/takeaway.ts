/** English of what people take along, bring in and leave behind. */

export const takeaway = {
  takeaway: {
    link: "Your data",
    title: "Your data",
    take: "Take it with you",
    takeText: "All your chats as one file.",
    json: "Download JSON",
    jsonText:
      "JSON has all there is: each version of each message, thoughts, receipts and tags, and your assistants. It can be brought in again, here or elsewhere.",
    markdown: "Download Markdown",
    markdownText: "Markdown is for reading: each chat as it is shown, without thoughts.",
    without:
      "Texts that you attached are in both; pictures stay here, and are named there. Deleted and temporary chats are in neither.",
    one: "Take it with you:",
    oneMarkdown: "Markdown",
    oneJson: "JSON",
    bring: "Bring chats in",
    bringText:
      "The JSON of Banter, or conversations.json of ChatGPT or HuggingChat. Unpack their archive first: it is in there.",
    bringFile: "File",
    bringIn: "Bring in",
    bringNote:
      "What is here already stays as it is, so nothing comes twice. Pictures are not in there: a word stands in their place.",
    added: (count: number) =>
      count === 0
        ? "Nothing was brought in."
        : count === 1
          ? "One chat was brought in."
          : `${count.toLocaleString("en")} chats were brought in.`,
    there: (count: number) =>
      count === 1
        ? "One was here already, or has been deleted lately."
        : `${count.toLocaleString("en")} were here already, or have been deleted lately.`,
    refused: (count: number) =>
      count === 1 ? "One could not be brought in:" : `${count.toLocaleString("en")} could not be brought in:`,
    refusedMore: "and more.",
    refusedOne: "“{title}”: {why}",
    nameless: "without a name",
    tooLarge: "it is larger than a chat may be.",
    tooDeep: "it is nested too deep.",
    tooMany: "it has more messages than a chat may have.",
    tooLong: "a message in it is too long.",
    unknown: "it is not written as any of these programs would.",
    empty: "there is nothing in it.",
    taken: "some of it is in another chat.",
    full: "there are as many assistants here as there may be.",
    assistants: (count: number) =>
      count === 1 ? "One assistant was brought in." : `${count} assistants were brought in.`,
    endZip: "That is an archive. Unpack it first, and choose conversations.json.",
    endNotJson: "That is no JSON file.",
    endCutOff: "The file ends in its middle. What was whole has been brought in.",
    endNewer: "That was written by a newer version of Banter.",
    endNoFile: "Choose a file first.",
    endTooLarge: "The file is larger than it may be. What came before has been brought in.",
    endLate: "The file stopped coming. What was whole has been brought in; the same again goes on.",
    image: "[image]",
    recording: "[recording]",
    file: "[file]",
    untitled: "Untitled",
  },
};
