/**
 * The forms of Crisp's ids. Checked before any of them is kept or gets near a path: crisp-api puts them into URLs as they
 * are, so an id with "../" in it would call another route with our token.
 */
export const CRISP_WEBSITE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const CRISP_SESSION_ID = /^session_[0-9a-f-]{36}$/;
/** An operator, a plugin. */
export const CRISP_UUID = CRISP_WEBSITE_ID;
