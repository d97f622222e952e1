/** A form with files in it, as browsers send it that run no scripts: the files are brought, and the op names them. */
import { refuse } from "../../errors.ts";
import { filesMax, OpError } from "../../protocol.ts";
import type { Viewer } from "../access/viewer.ts";
import { readBytes } from "../bodies.ts";
import { bringFile, type BringParts } from "./bring.ts";

export type FormParts = BringParts & { limits: { filesFormBytesMax: number } };

export function hasFiles(request: Request): boolean {
  return (request.headers.get("content-type") ?? "").startsWith(formType);
}

/** The form's fields, with `files` among them; throws AppError or OpError with what to tell. */
export async function readFilesForm(
  parts: FormParts,
  viewer: Viewer,
  request: Request,
  hasCome: () => void,
): Promise<Record<string, unknown>> {
  // All of it is in memory until it has been taken apart.
  using _ = parts.uploads.enter(viewer.account);
  const form = await entriesOf(request, parts.limits.filesFormBytesMax);
  hasCome();
  const fields: Record<string, unknown> = {};
  const given: File[] = [];
  for (const [name, value] of form) {
    if (typeof value === "string") fields[name] = value;
    // A field in which none was chosen is sent all the same, and Bun gives that no name at all.
    else if (value.size > 0 || value.name) given.push(value);
  }
  if (given.length > filesMax) throw new OpError("filesMany", null, { max: filesMax });
  const files: string[] = [];
  for (const file of given) {
    const coming = { id: crypto.randomUUID(), name: file.name, isTemporary: fields["temporary"] === "on" };
    const read = async (bytesMax: number) => {
      if (file.size > bytesMax) throw refuse("too_large", "fileLarge", sizes(file.name, bytesMax));
      return Buffer.from(await file.arrayBuffer());
    };
    await bringFile(parts, viewer, { ...coming, read });
    files.push(coming.id);
  }
  return { ...fields, files };
}

const formType = "multipart/form-data";

async function entriesOf(request: Request, bytesMax: number) {
  const tooLarge = () => ({ refusal: "tooLarge" as const, values: {} });
  const bytes = await readBytes(request, formType, bytesMax, tooLarge);
  const type = request.headers.get("content-type") ?? "";
  try {
    const form = await new Response(new Uint8Array(bytes), { headers: { "Content-Type": type } }).formData();
    return [...form.entries()];
  } catch (error) {
    throw refuse("unsupported_media_type", "wrongType", { type: formType }, error);
  }
}

function sizes(name: string, bytesMax: number) {
  return { name, max: Math.round(bytesMax / 2 ** 20) };
}
