// A photo: as the camera gives it, made smaller when it is large, known by its content from the first moment on.
// Time, position and bearing are the phone's own at the shutter; what a file says of itself is not asked.
import { heading, here, locate } from "./place";
import type { Photo, PhotoSaid } from "./queue";

const LONGEST = 2560;
const LARGE = 1_500_000;

export interface Taken {
  photo: Photo;
  said: PhotoSaid;
}

export async function take(file: File, subject: string): Promise<Taken> {
  const at = new Date();
  const fix = here() ?? (await locate(4_000));
  const blob = await smaller(file);
  const sha256 = await hash(blob);
  return {
    photo: { sha256, size: blob.size, blob, whole: false, fault: "" },
    said: {
      sha256,
      size: blob.size,
      taken_at: at.toISOString(),
      longitude: fix?.longitude ?? null,
      latitude: fix?.latitude ?? null,
      accuracy_m: fix?.accuracy_m ?? null,
      bearing_deg: heading(),
      subject,
    },
  };
}

async function smaller(file: File): Promise<Blob> {
  if (file.size <= LARGE) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return made && made.size < file.size ? made : file;
  } catch {
    return file; // a kind this browser cannot draw: it goes as it is
  }
}

async function hash(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A small picture, drawn: the page's policy allows no address of a blob. */
export async function thumbnail(blob: Blob, side: number): Promise<HTMLCanvasElement> {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  try {
    const picture = await createImageBitmap(blob);
    const scale = Math.max(side / picture.width, side / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    canvas.getContext("2d")!.drawImage(picture, (side - width) / 2, (side - height) / 2, width, height);
  } catch {
    canvas.getContext("2d")!.fillText("?", side / 2, side / 2);
  }
  return canvas;
}
