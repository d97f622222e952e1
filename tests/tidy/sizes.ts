/** Rules about how long and how many. */
import { dirname } from "node:path";
import { isCode, isProduct, lineCount, type Rule, type Source } from "./project.ts";
import { functionBodies, scan } from "./scan.ts";

const FUNCTION_LINES_MAX = 70;
const FILE_LINES_MEDIAN_MAX = 100;
const FUNCTION_LINES_MEDIAN_MAX = 10;
const FOLDER_FILES_MAX = 12;
const MESSAGE_PATH_LINES_MAX = 1200;
const MESSAGE_PATH = [
  "src/client/socket.ts",
  "src/server/socket.ts",
  "src/chat/turns.ts",
  "src/chat/generation.ts",
  "src/inference/huggingface.ts",
  "src/server/broadcast.ts",
  "src/client/patch.ts",
];

export const shortFiles: Rule = (files) =>
  files.flatMap(({ path, text }) => {
    const max = linesMax(path);
    const lines = lineCount(text);
    return lines > max ? [`${path} has ${lines} lines; at most ${max}`] : [];
  });

function linesMax(path: string): number {
  if (path === "README.md") return 120;
  if (path === "src/README.md") return 150;
  if (path.endsWith(".css")) return 200;
  return /\.(ts|hbs|js)$/.test(path) ? 300 : Infinity;
}

/** The block of a suite in a test file is a list, not a function. */
export const shortFunctions: Rule = (files) =>
  files.filter(isCode).flatMap(({ path, text }) =>
    functionBodies(scan(text).code)
      .filter((body) => body.lines > FUNCTION_LINES_MAX)
      .filter((body) => isProduct({ path, text }) || !/\b(?:test|describe|browserTest)[.(]/.test(body.text))
      .map(
        (body) =>
          `${path}:${body.startLine} a function of ${body.lines} lines; at most ${FUNCTION_LINES_MAX}`,
      ),
  );

/** A limit alone is kept by files and functions that all fill it. */
export const lowMedians: Rule = (files) => {
  const product = files.filter(isProduct);
  const fileLines = median(product.map(({ text }) => lineCount(text)));
  const bodies = product.flatMap(({ text }) => functionBodies(scan(text).code));
  const functionLines = median(bodies.map(({ lines }) => lines));
  return [
    ...(fileLines > FILE_LINES_MEDIAN_MAX ? [`The median file has ${fileLines} lines`] : []),
    ...(functionLines > FUNCTION_LINES_MEDIAN_MAX ? [`The median function has ${functionLines} lines`] : []),
  ];
};

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

export const smallFolders: Rule = (files) => {
  const inSrc = files.filter(({ path }) => path.startsWith("src/"));
  return Object.entries(Object.groupBy(inSrc, ({ path }) => dirname(path))).flatMap(([folder, own = []]) =>
    own.length > FOLDER_FILES_MAX ? [`${folder}/ has ${own.length} files; at most ${FOLDER_FILES_MAX}`] : [],
  );
};

export const shallowFolders: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith("src/") && path.split("/").length > 4)
    .map(({ path }) => `${path} is more than two folders deep under src`);

export const shortMessagePath: Rule = (files) => {
  const found = MESSAGE_PATH.map((path) => files.find((file) => file.path === path));
  const missing = MESSAGE_PATH.filter((_, index) => !found[index]).map((path) => `${path} is missing`);
  const lines = found.reduce((sum, file) => sum + (file ? lineCount(file.text) : 0), 0);
  const isLong = lines > MESSAGE_PATH_LINES_MAX;
  return [
    ...missing,
    ...(isLong ? [`A message's path has ${lines} lines; at most ${MESSAGE_PATH_LINES_MAX}`] : []),
  ];
};

export const fewDependencies: Rule = (files) => {
  const manifest = parseManifest(files);
  if (!manifest) return ["package.json is missing"];
  const { dependencies = {}, devDependencies = {}, trustedDependencies } = manifest;
  const count = Object.keys(dependencies).length;
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, at]) => !/^\d+\.\d+\.\d+$/.test(at),
  );
  return [
    ...(count > 5 ? [`package.json has ${count} run-time dependencies; at most 5`] : []),
    ...loose.map(([name, at]) => `package.json: ${name} is "${at}"; name one version`),
    ...(trustedDependencies?.length === 0 ? [] : ["package.json: trustedDependencies has to be []"]),
  ];
};

type Manifest = {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  trustedDependencies?: string[];
};

function parseManifest(files: Source[]): Manifest | null {
  const file = files.find(({ path }) => path === "package.json");
  return file ? (JSON.parse(file.text) as Manifest) : null;
}
