// @ts-check
import { createCompletion } from './completion.js';
import { order, sendFile } from './connection.js';
import { el, icon } from './dom.js';
import { sizeOf, t } from './texts.js';

/** @typedef {{ chat: string; speaker: string; name: string }} Place */

/**
 * Where a person writes: text, files, commands. `place` is who writes where.
 * @param {string} pane
 * @param {() => Place} place
 */
export function createComposer(pane, place) {
  /** @type {File[]} */
  let files = [];
  /** @typedef {{ id: string; name: string; text: string }} Replied */
  /** @type {Replied | undefined} */
  let replying;
  const field = el('textarea', {
    rows: 1,
    id: `write-${pane}`,
    autocomplete: 'off',
    spellcheck: 'false',
    enterkeyhint: 'send',
  });
  const label = el('label', { class: 'unseen', for: field.id });
  const above = el('div', { class: 'above' });
  const send = el('button', { type: 'submit', class: 'round send' }, icon('send'));
  const slash = el('button', { type: 'button', class: 'round quiet slash' }, icon('slash'));
  const photos = picker('image/*');
  const documents = picker('');
  const menu = el('div', { class: 'list' });
  const attach = el(
    'details',
    { class: 'menu attach' },
    el('summary', { class: 'round quiet' }, icon('attach')),
    menu,
  );
  const form = el(
    'form',
    { class: 'composer' },
    above,
    el('div', { class: 'row' }, attach, label, field, slash, send),
    photos,
    documents,
  );
  const completion = createCompletion(pane, field, place);
  form.prepend(completion.element);

  /** @param {string} accept */
  function picker(accept) {
    const input = el('input', {
      type: 'file',
      hidden: true,
      multiple: true,
      accept: accept || undefined,
      tabindex: -1,
      'aria-hidden': 'true',
    });
    input.dataset['kind'] = accept ? 'photo' : 'document';
    input.addEventListener('change', () => {
      files.push(...(input.files ?? []));
      input.value = '';
      showAbove();
      field.focus();
    });
    return input;
  }

  const grow = () => {
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, 140)}px`;
  };

  function showAbove() {
    const chips = files.map((file) => {
      const remove = el(
        'button',
        { type: 'button', class: 'chipclose', 'aria-label': t('composer.remove', { name: file.name }) },
        icon('close'),
      );
      remove.addEventListener('click', () => {
        files = files.filter((other) => other !== file);
        showAbove();
        field.focus();
      });
      return el(
        'span',
        { class: 'chip' },
        file.type.startsWith('image/') ? preview(file) : icon('file'),
        el('span', {}, `${file.name} · ${sizeOf(file.size)}`),
        remove,
      );
    });
    const quote =
      replying &&
      el(
        'div',
        { class: 'replying' },
        icon('reply'),
        el(
          'span',
          {},
          el('b', {}, t('chat.replying', { name: replying.name })),
          el('small', {}, replying.text),
        ),
        el(
          'button',
          {
            type: 'button',
            class: 'round quiet',
            'aria-label': t('chat.noReply'),
            onclick: () => reply(undefined),
          },
          icon('close'),
        ),
      );
    above.replaceChildren(...(quote ? [quote] : []), ...chips);
    above.hidden = above.childElementCount === 0;
  }

  /** @param {File} file */
  function preview(file) {
    const address = URL.createObjectURL(file);
    const image = el('img', { src: address, alt: '' });
    image.addEventListener('load', () => URL.revokeObjectURL(address));
    return image;
  }

  /** @param {Replied | undefined} to */
  function reply(to) {
    replying = to;
    showAbove();
    field.focus();
  }

  const submit = async () => {
    const text = field.value.trim();
    const { chat, speaker } = place();
    const replyTo = replying?.id;
    if (text === '' && files.length === 0) return;
    const [sending, before] = [files, field.value];
    field.value = '';
    files = [];
    replying = undefined;
    completion.close();
    grow();
    showAbove();
    let isSent = true;
    for (const [index, file] of sending.entries()) {
      const kind = file.type.startsWith('image/') && file.type !== 'image/svg+xml' ? 'photo' : 'document';
      const words = {
        ...(index === 0 && text !== '' ? { caption: text } : {}),
        ...(replyTo === undefined ? {} : { replyTo }),
      };
      isSent &&= await sendFile(
        { chat, speaker, kind, name: file.name, mime: file.type || 'application/octet-stream', ...words },
        file,
      );
    }
    if (sending.length === 0)
      isSent = await order('/act', {
        chat,
        speaker,
        act: { do: 'say', text, ...(replyTo === undefined ? {} : { replyTo }) },
      });
    if (!isSent && field.value === '') {
      field.value = before;
      grow();
    }
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  field.addEventListener('input', () => {
    grow();
    completion.look();
  });
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return; // an input method for Vietnamese is at work
    if (completion.key(event)) return event.preventDefault();
    if (event.key === 'Escape' && replying) return reply(undefined);
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void submit();
    }
  });
  field.addEventListener('paste', (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length === 0) return;
    event.preventDefault();
    files.push(...pasted);
    showAbove();
  });
  slash.addEventListener('click', () => {
    if (!field.value.startsWith('/')) field.value = '/';
    field.focus();
    completion.look();
  });

  return {
    element: form,
    focus: () => field.focus(),
    reply,
    /** @param {string} text */
    fill(text) {
      field.value = text;
      grow();
      field.focus();
      field.setSelectionRange(text.length, text.length);
    },
    /** Writes its own words anew, for another person or language. */
    name() {
      const { name, chat, speaker } = place();
      label.textContent = t('composer.label', { name });
      field.placeholder = t('composer.placeholder', { name });
      send.setAttribute('aria-label', t('composer.send'));
      slash.setAttribute('aria-label', t('composer.commands'));
      attach.querySelector('summary')?.setAttribute('aria-label', t('composer.attach'));
      const act = (/** @type {string} */ what) => order('/act', { chat, speaker, act: { do: what } });
      const choices = /** @type {[string, () => void][]} */ ([
        ['photo', () => photos.click()],
        ['document', () => documents.click()],
        ['sticker', () => void act('sticker')],
        ['voice', () => void act('voice')],
        ['location', () => void act('location')],
      ]);
      menu.replaceChildren(
        ...choices.map(([what, run]) =>
          el(
            'button',
            {
              type: 'button',
              onclick: () => {
                attach.open = false;
                run();
              },
            },
            t(`composer.${what}`),
          ),
        ),
      );
      showAbove();
      completion.close();
    },
  };
}
