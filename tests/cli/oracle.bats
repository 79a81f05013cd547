#!/usr/bin/env bats
# The oracle against itself: known answers, and the fast search for tiles against the definition.

setup() {
	load helpers
	oracle=${ORACLE:-$(dirname "$STET")/oracle}
	[ -x "$oracle" ] || skip "no oracle built"
	cd "$BATS_TEST_TMPDIR"
}

# job C S [SPANS_C SPANS_S]: one job from two texts
job() {
	printf '%d %d %s %s\n%s%s\n' "$(printf %s "$1" | wc -c)" "$(printf %s "$2" | wc -c)" \
		"${3:--}" "${4:--}" "$1" "$2"
}

# All but the counts of shingles, which the Jaccard similarity tells.
answer() {
	job "$1" "$2" | "$oracle" | cut -d " " -f 1-7
}

@test "oracle: a text and itself share everything" {
	[ "$(answer 'one two three four' 'ONE, two - three four')" = "4 4 4 1.000000 1.000000 1.000000 4" ]
}

@test "oracle: folding by compatibility and case, marks in order, apostrophes dropped" {
	[ "$(answer 'Straße don’t ﬁn x café ＡＢ' "STRASSE DONT fin x café ab")" = \
		"6 6 6 1.000000 1.000000 1.000000 6" ]
	[ "$(answer "'a 5's b'" "a 5 s b")" = "4 4 4 1.000000 1.000000 1.000000 4" ]
}

@test "oracle: one token for a Han character, a Thai one takes its marks along" {
	[ "$(answer '漢字カナ ที่นี่' 'x')" = "6 1 0 0.000000 0.000000 0.000000 0" ]
}

@test "oracle: runs below five words are no tiles; a gap is matched between two" {
	[ "$(answer 'a b c d x e f g h' 'a b c d y e f g h')" = \
		"9 9 0 0.000000 0.000000 0.000000 0" ]
	[ "$(answer 'a b c d e 1 x 2 3 f g h i j' 'a b c d e y 1 z 2 f g h i j')" = \
		"14 14 12 0.857143 0.857143 0.111111 5" ]
}

@test "oracle: boilerplate is left out of the core, above and below the line" {
	[ "$(job 'by line a b c d e 1 f g h i j' 'a b c d e 2 f g h i j by line' 0-7 22-29 |
		"$oracle" | cut -d " " -f 3,11-14)" = "10 0.909091 0.909091 220 220" ]
	[ "$(job 'a b c d e x f g h i j' 'a b c d e x f g h i j' 0-9,12-21 - |
		"$oracle" | cut -d " " -f 3,11-14)" = "11 1.000000 1.000000 20 220" ]
}

@test "oracle: the heap of runs finds the tiles of the definition" {
	for seed in 1 2 3; do
		awk -v seed=$seed 'BEGIN {
			srand(seed)
			for (k = 0; k < 300; k++) {
				n_words = 2 + int(rand() * 7)
				c = line(1 + int(rand() * 120)); s = line(1 + int(rand() * 60))
				for (cuts = int(rand() * 5); cuts > 0; cuts--)
					s = s substr(c, 1 + 2 * int(rand() * 60), 2 * int(rand() * 40))
				printf "%d %d - -\n%s%s\n", length(c), length(s), c, s
			}
		}
		function line(n,   t) {
			while (n-- > 0)
				t = t substr("abcdefghij", 1 + int(rand() * n_words), 1) " "
			return t
		}' > jobs
		"$oracle" < jobs > fast
		"$oracle" --naive < jobs > plain
		[ "$(wc -l < plain)" -eq 300 ]
		cmp fast plain
	done
}

@test "oracle: a job that ends early is an error" {
	run "$oracle" <<< "10 10"
	[ "$status" -eq 1 ]
}
