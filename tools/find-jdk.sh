#!/bin/sh
# Prints the home of a JDK that can build and run Stride, or says in one line on stderr what is missing and exits 2.
# The first that fits wins: JAVA_HOME, the java on PATH, then the places where JDKs are usually installed.
set -u

least=25

# major version of the JDK in $1, empty if there is none; its release file spares starting a JVM
major() {
  [ -x "$1/bin/javac" ] && [ -x "$1/bin/java" ] || return 0
  version=
  if [ -r "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([^"]*\).*/\1/p' "$1/release")
  fi
  if [ -z "$version" ]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')
  fi
  version=${version%%[!0-9]*}
  echo "$version"
}

# prints $1 and ends the script if it is a JDK new enough; otherwise remembers it for the message
seen=
try() {
  found=$(major "$1")
  [ -n "$found" ] || return 0
  if [ "$found" -ge "$least" ]; then
    echo "$1"
    exit 0
  fi
  home=$(readlink -f "$1") # one JDK often goes by several names
  case $seen in
    *" $home ($found)"*) ;;
    *) seen="$seen${seen:+,} $home ($found)" ;;
  esac
}

if [ -n "${JAVA_HOME:-}" ]; then
  try "$JAVA_HOME"
fi
if java=$(command -v java); then
  java=$(readlink -f "$java")
  try "${java%/bin/java}"
fi
for place in /usr/lib/jvm/* /opt/* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
  try "$place"
done

echo "stride: no JDK $least or newer among JAVA_HOME, java on PATH, /usr/lib/jvm, /opt, ~/.sdkman and ~/.jdks" \
  "(found:${seen:- none}); install one, such as the package temurin-25-jdk or openjdk-25-jdk, or set JAVA_HOME" >&2
exit 2
