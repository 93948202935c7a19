#!/bin/sh
# Sends the notices of deletions as one e-mail, by curl and your own mail server. Options are those of
# `reprieve reclamation notify`:  sh mail.sh --every 24h --within 72h
#   REPRIEVE_SMTP_URL   smtps://mail.example.org, or smtp://mail.example.org:587
#   REPRIEVE_MAIL_FROM  the sender's address
#   REPRIEVE_MAIL_TO    more recipients, with blanks between them, beside requester and approvers
#   REPRIEVE_SMTP_USER, REPRIEVE_SMTP_PASSWORD  where the server wants a login
# With a program like sendmail there is no need for this:
#   reprieve reclamation notify --format email > notices.eml && [ ! -s notices.eml ] || sendmail -i -t < notices.eml
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npx --no-install reprieve reclamation notify --format email "$@" > "$folder/notices" || status=$?
if [ ! -s "$folder/notices" ]; then exit "${status:-0}"; fi

# Who it is to: the lines of the header To. Only plain addresses stand there.
people=$(tr -d '\r' < "$folder/notices" |
  awk '/^$/ { exit } /^To: / { on = 1 } on { sub(/^To: | /, ""); more = sub(/,$/, ""); print; if (!more) exit }')
set --
for each in $people ${REPRIEVE_MAIL_TO:-}; do set -- "$@" --mail-rcpt "$each"; done
if [ $# -eq 0 ]; then
  echo "error: Nobody is known by an address: set REPRIEVE_MAIL_TO." >&2
  exit 2
fi

{ printf 'From: %s\r\n' "$REPRIEVE_MAIL_FROM"; cat "$folder/notices"; } > "$folder/message"
if [ -n "${REPRIEVE_SMTP_USER:-}" ]; then
  login=$(printf '%s:%s' "$REPRIEVE_SMTP_USER" "$REPRIEVE_SMTP_PASSWORD" | sed 's/[\\"]/\\&/g')
  config="user = \"$login\""
fi
# The login is in no argument, where others on the machine could see it.
printf '%s\n' "${config:-}" | curl --config - --silent --show-error --ssl-reqd --max-time 60 \
  --url "$REPRIEVE_SMTP_URL" --mail-from "$REPRIEVE_MAIL_FROM" "$@" --upload-file "$folder/message" || exit 3
exit "${status:-0}"
