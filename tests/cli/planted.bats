#!/usr/bin/env bats
# Copies planted by tests/plant.c: each must be found for what it is, and nothing else.

setup_file() {
	load helpers
	build_plant "$BATS_FILE_TMPDIR"
}

setup() {
	load helpers
	cd "$BATS_TEST_TMPDIR"
	STORIES=${STORIES:-2000}	# the Makefile wants fewer of a sanitizer
}

# plant_and_scan CASE: CASE.jsonl and the report in out/
plant_and_scan() {
	"$BATS_FILE_TMPDIR/plant" "$1" 1 "$STORIES" > "$1.jsonl"
	scan out "$1.jsonl"
}

n_clusters() {
	n_lines out/clusters.jsonl
}

@test "planted: a brief later than the round-up that holds it is abridged, in its cluster" {
	plant_and_scan brief-later
	[ "$(verdict out brief-0 roundup-0)" = abridged ]
	[ "$(column out/pairs.tsv coverage1 id1=brief-0)" = 1.0000 ]
	[ "$(members out brief-0)" = "$(printf 'roundup-0\nbrief-0')" ]
	[ "$(n_clusters)" -eq 1 ]
}

@test "planted: a round-up later than a brief it holds extends it, and is no member" {
	plant_and_scan brief-first
	[ "$(verdict out roundup-0 brief-0)" = extended ]
	[ "$(column out/pairs.tsv id1)" = roundup-0 ]
	[ "$(column out/pairs.tsv coverage2 id1=roundup-0)" = 1.0000 ]
	[ -z "$(members out brief-0 | grep -x roundup-0)" ]
	[ -z "$(column out/remove.tsv id)" ]
}

# Twenty originals with one copy each: twenty clusters of two, and no pair beside them.
twenty_pairs() {
	local i

	for i in $(seq 0 19); do
		[[ $(verdict out copy-$i original-$i) =~ ^(near|revised)$ ]]
		[ "$(members out copy-$i)" = "$(printf 'original-%d\ncopy-%d' $i $i)" ]
	done
	[ "$(n_clusters)" -eq 20 ]
	[ "$(column out/pairs.tsv id1 | wc -l)" -eq 20 ]
}

@test "planted: 300 words with one in eight replaced at random places are copies" {
	plant_and_scan reworded
	twenty_pairs
}

@test "planted: 300 words with 3 % of the characters wrong are copies" {
	plant_and_scan noise
	twenty_pairs
}

@test "planted: a chain does not bring together A and C, which share nothing" {
	plant_and_scan chain
	[ "$(verdict out b-0 a-0)" = revised ]
	[ -z "$(verdict out a-0 c-0)" ]
	[ "$(members out b-0)" = "$(printf 'a-0\nb-0')" ]
	[ -z "$(members out c-0)" ]
	[ "$(n_clusters)" -eq 1 ]
}

@test "planted: one edited story in thousands of sources is one cluster, its first version stands" {
	local first=story-$((STORIES * 617 / 1000))

	plant_and_scan edited
	[ "$(n_clusters)" -eq 1 ]
	grep -q '"size":'"$STORIES"'[,}]' out/clusters.jsonl
	[ "$(members out $first | wc -l)" -eq "$STORIES" ]
	[ "$(members out $first | head -n 1)" = $first ]
	[ "$(members out $first | sort -u | grep -c '^story-')" -eq "$STORIES" ]
	[ "$(column out/remove.tsv id verdict=near | wc -l)" -eq $((STORIES - 1)) ]
}

@test "planted: one footer in thousands of stories is boilerplate and makes no pair" {
	plant_and_scan footer
	[ "$(n_lines out/pairs.tsv)" -eq 1 ]
	[ "$(n_clusters)" -eq 0 ]
	[ "$(n_lines out/blocks.jsonl)" -eq 1 ]
	grep -q '"kind":"boilerplate"' out/blocks.jsonl
	grep -q '"documents":'"$STORIES"'[,}]' out/blocks.jsonl
	[ "$(column out/places.tsv id kind=boilerplate | sort -u | wc -l)" -eq "$STORIES" ]
}
