/** A view for each template of the sidebar and of lists. */
import type { ListView, MenuView } from "./lists.ts";
import type { RowView, SidebarView } from "./rows.ts";

export function sampleLists(id: string): {
  row: RowView;
  sidebar: SidebarView;
  list: ListView;
  menu: MenuView;
} {
  const marks = { isPinned: true, isRunning: true, isUnread: true, isCurrent: true };
  const row = { id, title: "Sample", updatedMs: 0, ...marks, group: "Today" };
  const pieces = ["Sam", "ple"].map((text, index) => ({ text, isHit: index === 1 }));
  const dated = { pieces, date: "1 Jan 1970", iso: "1970-01-01T00:00:00.000Z" };
  const listed = { ...row, ...dated, isArchived: true, opId: id, tags: ["sample"] };
  const hit = { ...dated, id, conversation: id, title: "Sample", who: "You", isArchived: true };
  const tags = [{ tag: "sample", count: 1 }];
  return {
    row,
    sidebar: {
      rows: [row],
      hash: "sample",
      next: "1.1",
      tags,
      nowMs: 0,
      searchMax: 9,
      query: "sample",
      hasSessions: true,
      isAdmin: true,
      languages: [{ language: "de", name: "Sample", button: "#sample" }],
    },
    list: {
      heading: "Sample",
      note: "Sample",
      rows: [true, false].map((isDeleted) => ({ ...listed, isDeleted })),
      hits: [hit],
      next: "/sample",
      live: "/sample",
      isSearch: true,
      query: "sample",
      searchMax: 9,
    },
    menu: {
      id,
      title: "Sample",
      isTemporary: false,
      isPinned: false,
      isArchived: false,
      tags: [{ tag: "sample", opId: id }],
      ids: { rename: id, pin: id, archive: id, remove: id, tag: id },
      titleMax: 9,
      tagMax: 9,
    },
  };
}
