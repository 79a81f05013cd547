# What the command-line tests share.  No program beyond the base system but a C compiler.

TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
STET=${STET:-$TOP/build/release/stet}
case $STET in
/*) ;;
*) STET=$TOP/$STET ;;
esac

# build_plant DIR: tests/plant.c as DIR/plant
build_plant() {
	${CC:-cc} -std=c11 -D_GNU_SOURCE -O1 -o "$1/plant" "$TOP/tests/plant.c"
}

# scan DIR INPUT...: a report in DIR; stet's own words go to DIR.log
scan() {
	local dir=$1

	shift
	"$STET" scan "$@" -o "$dir" 2> "$dir.log" || {
		local code=$?

		cat "$dir.log" >&2
		return $code
	}
}

# column FILE NAME [WHERE=VALUE]...: one column of the rows of a table that fit
column() {
	local file=$1

	shift
	awk -F'\t' -v want="$*" '
		BEGIN { n = split(want, wants, " ") }
		FNR == 1 {
			for (i = 1; i <= NF; i++)
				at[$i] = i
			next
		}
		{
			for (k = 2; k <= n; k++) {
				eq = index(wants[k], "=")
				if ($at[substr(wants[k], 1, eq - 1)] != substr(wants[k], eq + 1))
					next
			}
			print $at[wants[1]]
		}' "$file"
}

# verdict DIR A B: how pairs.tsv calls the pair, whichever way round
verdict() {
	column "$1/pairs.tsv" verdict "id1=$2" "id2=$3"
	column "$1/pairs.tsv" verdict "id1=$3" "id2=$2"
}

# members DIR ID: the ids of the cluster with ID, the standing one first; empty if there is none.
# part_of and again repeat ids of others, so only what stands and copies (with a verdict) count.
members() {
	awk -v want="\"$2\"" '
		function id_at(s) {
			match(s, /"id":"[^"]*"/)
			return substr(s, RSTART + 5, RLENGTH - 5)
		}
		{
			line = $0
			sub(/.*"stands":/, "", line)
			list = id_at(line) "\n"
			line = $0
			sub(/.*"copies":\[/, "", line)
			gsub(/"again":\{[^}]*\}/, "", line)
			n = split(line, parts, /"verdict":/)
			for (i = 1; i < n; i++)
				list = list id_last(parts[i]) "\n"
			if (index("\n" list, "\n" want "\n")) {
				gsub(/"/, "", list)
				printf "%s", list
			}
		}
		function id_last(s,   found) {
			while (match(s, /"id":"[^"]*"/)) {
				found = substr(s, RSTART + 5, RLENGTH - 5)
				s = substr(s, RSTART + RLENGTH)
			}
			return found
		}' "$1/clusters.jsonl"
}

# n_lines FILE: lines of FILE
n_lines() {
	wc -l < "$1" | tr -d ' '
}

# clusters DIR: a line per cluster, "standing: others", others and lines sorted
clusters() {
	local id

	sed -n 's/.*"stands":{"id":"\([^"]*\)".*/\1/p' "$1/clusters.jsonl" | while read -r id; do
		members "$1" "$id" | {
			read -r id
			printf '%s:' "$id"
			sort | sed 's/^/ /' | tr -d '\n'
			echo
		}
	done | sort
}

# id_sets DIR: a line per cluster, its ids sorted, whichever stands
id_sets() {
	clusters "$1" | while read -r line; do
		echo "$line" | tr -d : | tr ' ' '\n' | sort | tr '\n' ' '
		echo
	done | sort
}

# same_reports A B: all files but run.json, byte for byte
same_reports() {
	diff -r --exclude=run.json "$1" "$2"
}

# summary DIR KEY: the number of a key of summary.json
summary() {
	tr -d ' \n' < "$1/summary.json" | sed -n "s/.*\"$2\":\([0-9][0-9]*\)[,}].*/\1/p"
}

# stories: 30 stories a-N on standard output, each with a copy from another source, later:
# c-N the same, n-N with one word in 20 replaced, x-N three times as long around it
stories() {
	awk '
		# Small enough that every awk computes it exactly.
		function draw(n) {
			seed = (seed * 69069 + 12345) % 4294967296
			return int(seed / 65536) % n
		}
		function word(   w, k) {
			for (k = 2 + draw(2); k > 0; k--)
				w = w substr("bdfgklmnprstvz", 1 + draw(14), 1) substr("aeiou", 1 + draw(5), 1)
			return w
		}
		function line(id, source, day, text) {
			printf "{\"id\":\"%s\",\"source\":\"%s\",\"date\":\"2024-%02d-%02d\",\"text\":\"%s\"}\n",
				id, source, 1 + int(day / 28), 1 + day % 28, text
		}
		function story(words,   t, i) {
			for (i = 1; i <= words; i++)
				t = t word() (i == words ? "." : i % 40 == 0 ? ".\\n" : " ")
			return t
		}
		function reworded(t,   v, n, i, out) {
			n = split(t, v, " ")
			for (i = 1; i <= n; i++)
				out = out (i > 1 ? " " : "") (i % 20 == 7 ? word() : v[i])
			return out
		}
		BEGIN {
			seed = 7
			for (i = 0; i < 30; i++) {
				t = story(160)
				line("a-" i, "first.example", i, t)
				if (i % 3 == 0)
					line("c-" i, "second.example", 60 + i, t)
				else if (i % 3 == 1)
					line("n-" i, "third.example", 60 + i, reworded(t))
				else
					line("x-" i, "fourth.example", 60 + i,
					     story(160) "\\n" t "\\n" story(160))
			}
		}'
}
