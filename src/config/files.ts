/** Limits of files that people bring. */

export const FILES = {
  // Of one file as it comes; a photograph of a good camera fits.
  fileBytesMax: 20 * 1024 * 1024,
  fileNameChars: 120,
  // A text of some 400 KB.
  fileTokensMax: 100_000,
  // What models take in is seldom more, and none is known to refuse this.
  imageSideMax: 1024,
  imageBytesMax: 1024 * 1024,
  // Four bytes each while it is decoded, one image at a time: 160 MB. Plain JPEG is decoded at a fraction of its size.
  imagePixelsMax: 40_000_000,
  imagePixelsScaledMax: 100_000_000,
  // A book of more has more text than a file may have; scans have none.
  pdfPagesMax: 1000,
  // Of the memory that a PDF is read in, itself and its fonts included; one is read at a time.
  pdfMemoryBytesMax: 192 * 1024 * 1024,
  // A thousand pages of text take some three seconds. Who waits in line does so for as long as each before him may take.
  pdfMs: 20_000,
  pdfsWaitingMax: 4,
  // Of one request: some providers take ten; each may be 1.4 MB of it.
  promptImagesMax: 10,
  // Of a temporary chat's: all of those together have 64 MB.
  filesTemporaryBytesMax: 8 * 1024 * 1024,
  // Of a form with files in it, where no scripts run.
  filesFormBytesMax: 32 * 1024 * 1024,
  filesPerSecond: 1,
  filesBurst: 30,
  // Each may hold a file's bytes in memory; a tab sends one after the other.
  uploadsMax: 8,
  uploadsPerAccount: 2,
  // What was brought and never sent goes after a day; of a temporary chat, sooner, for memory holds less.
  unsentKeptMs: 24 * 3_600_000,
  unsentTemporaryMs: 3_600_000,
};
