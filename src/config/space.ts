/** In a Hugging Face Space, what is not set is known: the Space tells its name, and is shown in a frame. */
import type { Env } from "../config.ts";

/** https://huggingface.co/docs/hub/spaces-overview#helper-environment-variables */
export function withSpace(env: Env): Env {
  const { SPACE_HOST: host } = env;
  if (!host) return env;
  const known: Env = {
    HOST: "0.0.0.0",
    PUBLIC_URL: `https://${host}`,
    FRAME_ANCESTORS: "https://huggingface.co",
    // The nearest one's word: whatever stands before it, nobody can write it but Hugging Face.
    TRUST_PROXY: "1",
  };
  const unset = Object.entries(known).filter(([name]) => !env[name]);
  return { ...env, ...Object.fromEntries(unset) };
}
