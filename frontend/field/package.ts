// What the phone takes along: one answer of the site, kept whole.

export interface Asked {
  name: string;
  title: string;
  kind: "text" | "number" | "choice" | "area";
  unit: string;
  choices: [string, string][];
  tops: string[];
  most: number;
  low: number | null;
  high: number | null;
  hint: string;
}

export interface Segment {
  id: number;
  number: number;
  campaign: string;
  campaign_title: string;
  water: string;
  bank: string;
  unit: string;
  unit_name: string;
  length_m: number;
  covered_m: number;
  closed: boolean;
  starts_on: string;
  ends_on: string;
  lines: number[][][];
}

export interface Outlet {
  id: number;
  name: string;
  code: string;
  type: string;
  stage: string;
  longitude: number;
  latitude: number;
}

export interface Lead {
  id: number;
  name: string;
  source: string;
  segment: number | null;
  longitude: number | null;
  latitude: number | null;
}

export interface Package {
  made_at: string;
  officer: { id: string; name: string };
  form_version: string;
  steps: { name: string; title: string; questions: Asked[] }[];
  types: { code: string; name: string; children: [string, string][] }[];
  subjects: [string, string][];
  same_point_m: number;
  area: [number, number, number, number] | null; // west, south, east, north of where the officer works
  segments: Segment[];
  outlets: Outlet[];
  left_off: boolean;
  leads: Lead[];
  records: unknown[];
}
