export const origins = {
  title: 'Where the widget may be used',
  sites: 'Websites, one a line',
  sitesHint: 'Each as it stands in the address bar, without a path: https://shop.example. Empty: any website may show the widget.',
  saved: 'Saved. It counts for every conversation that begins from now on.',
};
