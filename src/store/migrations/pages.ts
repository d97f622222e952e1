/** Of a PDF, whose text is what is kept: how many pages it had. Null of all else. */
export const filePages = "ALTER TABLE files ADD COLUMN pages INTEGER";
