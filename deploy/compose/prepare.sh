#!/bin/sh
# Makes what compose.yaml needs beside itself: certificates, passwords, access list and a first configuration.
#
#   sh prepare.sh NAME      NAME is how devices reach this machine, such as gateway.local or 192.168.1.10
#
# What is there already is left alone, so it can be run again after adding a device.
set -eu
name="${1:-}"
[ -n "$name" ] || { echo "usage: sh prepare.sh NAME   (how devices reach this machine, such as gateway.local)" >&2; exit 2; }
cd "$(dirname "$0")"
umask 077
mkdir -p secrets/broker secrets/controller config

say() { echo "  $1"; }

# -- certificates: an authority of this house, and the broker's own ------------------------------------------
if [ ! -f secrets/broker/broker.pem ]; then
    case "$name" in
        *[!0-9.]*) alternative="DNS:$name" ;;
        *) alternative="IP:$name" ;;
    esac
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
        -subj "/CN=authority of this house" -keyout secrets/authority.key -out secrets/authority.pem 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$name" \
        -keyout secrets/broker/broker.key -out secrets/broker.csr 2>/dev/null
    printf 'subjectAltName=%s,DNS:broker\nextendedKeyUsage=serverAuth\n' "$alternative" > secrets/broker.ext
    openssl x509 -req -in secrets/broker.csr -CA secrets/authority.pem -CAkey secrets/authority.key \
        -CAcreateserial -days 825 -extfile secrets/broker.ext -out secrets/broker/broker.pem 2>/dev/null
    rm -f secrets/broker.csr secrets/broker.ext
    cp secrets/authority.pem secrets/controller/ca.pem
    say "made certificates for $name, valid 825 days; devices trust secrets/authority.pem"
fi

# -- passwords: one for the controller, one for the devices --------------------------------------------------
hashed() { # user password
    if command -v mosquitto_passwd >/dev/null 2>&1; then
        touch secrets/broker/passwords && mosquitto_passwd -b secrets/broker/passwords "$1" "$2"
    else
        docker run --rm --volume "$PWD/secrets/broker:/out" eclipse-mosquitto:2 \
            sh -c "touch /out/passwords && mosquitto_passwd -b /out/passwords '$1' '$2'"
    fi
}
if [ ! -f secrets/broker/passwords ]; then
    for user in zcw devices; do
        password=$(openssl rand -hex 16)
        hashed "$user" "$password"
        printf '%s' "$password" > "secrets/$user.password"
    done
    mv secrets/zcw.password secrets/controller/mqtt-password
    say "made passwords; devices connect as 'devices' with the one in secrets/devices.password"
fi

# -- the first configuration, from the example ---------------------------------------------------------------
if [ ! -f config/zcw.yaml ]; then
    sed -e 's|^  host: localhost|  host: broker\n  username: zcw\n  password_file: /secrets/mqtt-password\n  tls: {ca_file: /secrets/ca.pem}|' \
        -e 's|^  path: zcw.sqlite|  path: /data/zcw.sqlite|' \
        -e 's|^  host: 127.0.0.1|  accounts: true\n  host: 0.0.0.0|' ../example/zcw.yaml > config/zcw.yaml
    say "wrote config/zcw.yaml: put your devices and your loop there"
fi

# -- the access list: the controller's topics from its configuration, everything of the home for the devices ---
{
    sed -n '/^user zcw$/,/^# Everything else/p' ../example/mosquitto/acl | sed '$d'
    printf '# the devices of the home; split it by device where you can\nuser devices\ntopic readwrite #\n'
} > secrets/broker/acl
say "wrote the access list; after changing devices: zcw config acl config/zcw.yaml"

# Containers are not root: their own numbers must be able to read what is theirs, and nobody else.
if [ "$(id -u)" = 0 ]; then
    chown -R 1883:1883 secrets/broker
    chown -R 10001:10001 secrets/controller config
else
    say "run as root once more, or: sudo chown -R 1883 secrets/broker; sudo chown -R 10001 secrets/controller config"
fi
