/** English of what people take along, bring in and leave behind. */

export const takeaway = {
  takeaway: {
    link: "Your data",
    title: "Your data",
    take: "Take it with you",
    takeText: "All your chats as one file.",
    json: "Download JSON",
    jsonText:
      "JSON has all there is: each version of each message, thoughts, receipts and tags. It can be brought in again, here or elsewhere.",
    markdown: "Download Markdown",
    markdownText: "Markdown is for reading: each chat as it is shown, without thoughts.",
    without: "Deleted and temporary chats are in neither.",
    one: "Take it with you:",
    oneMarkdown: "Markdown",
    oneJson: "JSON",
  },
};
