import { describe, expect, it } from 'vitest';
import { canonicalAddress, isWithin } from '../../src/sources/crawl/canonical-address.ts';

describe('an address', () => {
  it.each([
    ['https://Shop.Example/', 'https://shop.example/'],
    ['https://shop.example', 'https://shop.example/'],
    ['https://shop.example:443/a', 'https://shop.example/a'],
    ['http://shop.example:8080/a', 'http://shop.example:8080/a'],
    ['https://shop.example/a#part', 'https://shop.example/a'],
    ['https://shop.example/a?', 'https://shop.example/a'],
    ['https://shop.example/a?utm_source=x&utm_medium=y', 'https://shop.example/a'],
    ['https://shop.example/a?b=2&a=1', 'https://shop.example/a?a=1&b=2'],
    ['https://shop.example/a?gclid=1&id=7&fbclid=2&ref=home&PHPSESSID=9', 'https://shop.example/a?id=7'],
    ['https://shop.example/a?reference=7&inside=3', 'https://shop.example/a?inside=3&reference=7'],
    ['https://shop.example//a///b', 'https://shop.example/a/b'],
    ['https://shop.example/a/../b/./c', 'https://shop.example/b/c'],
    ['https://shop.example/de/index.html', 'https://shop.example/de/'],
    ['https://shop.example/index.php?page=2', 'https://shop.example/?page=2'],
    ['https://shop.example/größe', 'https://shop.example/gr%C3%B6%C3%9Fe'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ['https://shop.example/a.pdf', 'https://shop.example/a.pdf'],
  ])('%s is the page %s', (address, canonical) => {
    expect(canonicalAddress(address)).toBe(canonical);
    // Said once more it is the same.
    expect(canonicalAddress(canonical)).toBe(canonical);
  });

  it.each([
    'mailto:a@shop.example',
    'tel:+49',
    'javascript:void(0)',
    'ftp://shop.example/',
    'https://user:pass@shop.example/',
    'https://user@shop.example/',
    'not an address',
    '/relative',
    '',
    'https://shop.example/logo.png',
    'https://shop.example/LOGO.JPG?size=2',
    'https://shop.example/film.mp4',
    'https://shop.example/prices.xlsx',
    'https://shop.example/app.js',
    'https://shop.example/feed.rss',
    'https://shop.example/shop/shop/shop/',
    'https://shop.example/a/tour/b/tour/c/tour/d',
    `https://shop.example/${'x'.repeat(1_000)}`,
    `https://shop.example/?q=${'/ab'.repeat(2_000_000)}`,
  ])('that nobody should fetch is none: %.60s', (address) => {
    expect(canonicalAddress(address)).toBeUndefined();
  });
});

describe('a site', () => {
  it.each([
    ['https://shop.example/a', 'https://shop.example/', true],
    ['https://www.shop.example/a', 'https://shop.example/', true],
    ['https://shop.example/a', 'https://www.shop.example/', true],
    ['http://shop.example/a', 'https://shop.example/', true],
    ['https://shop.example/help/a', 'https://shop.example/help/', true],
    ['https://shop.example/help/a', 'https://shop.example/help/start', true],
    ['https://shop.example/helpful', 'https://shop.example/help/', false],
    ['https://shop.example/', 'https://shop.example/help/', false],
    ['https://other.example/', 'https://shop.example/', false],
    ['https://shop.example.evil.example/', 'https://shop.example/', false],
    ['https://evilshop.example/', 'https://shop.example/', false],
    ['https://blog.shop.example/', 'https://shop.example/', false],
    ['https://shop.example:8443/', 'https://shop.example/', false],
  ])('%s, begun at %s: %s', (address, site, expected) => {
    expect(isWithin(address, site)).toBe(expected);
    expect(isWithin(address.replace(/\/help\/\.\./, ''), site)).toBe(expected);
  });
});
