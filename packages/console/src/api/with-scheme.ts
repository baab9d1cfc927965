/** People write addresses without the scheme. */
export const withScheme = (url: string): string => (/^https?:\/\//i.test(url) ? url : `https://${url}`);
