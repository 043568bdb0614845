import { z } from 'zod';

/** Reasons always, answers text. */
export const REASONING_MODEL = 'cerebras/gpt-oss-120b';
/** Does not reason. */
export const PLAIN_MODEL = 'cerebras/llama-3.3-70b';
/** Sees images. */
export const VISION_MODEL = 'cerebras/qwen-3.8-27b';
export const UNKNOWN_MODEL = 'cerebras/no-such-model';

/** The gateway is open: any key will do, and none may reach the upstream. */
export const API_KEY = 'sk-test';

/** A PNG of one red pixel. */
export const RED_PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC';

/** What the structured-output tests ask for. */
export const Person = z.object({ name: z.string(), age: z.number() });

export const WEATHER_PARAMETERS = {
  type: 'object',
  properties: { city: { type: 'string', description: 'Name of the city' } },
  required: ['city'],
  additionalProperties: false,
};

export const WeatherInput = z.object({ city: z.string() });
