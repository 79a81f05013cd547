#!/usr/bin/env bats
# scan --exact against all pairs counted by awk, and what a plain scan leaves out.

setup() {
	load helpers
	cd "$BATS_TEST_TMPDIR"
}

# all_pairs SHARE < JSONL: "id id jaccard" of all pairs, by distinct shingles of 5 words, of
# which the smaller document has SHARE in common.  Texts are of ASCII words and full stops.
all_pairs() {
	awk -v share="$1" '
		{
			id[NR] = text = $0
			sub(/.*"id":"/, "", id[NR])
			sub(/".*/, "", id[NR])
			sub(/.*"text":"/, "", text)
			sub(/".*/, "", text)
			gsub(/\\n|[. ]+/, " ", text)
			n_words = split(text, w, " ")
			for (i = 1; i + 4 <= n_words; i++) {
				s = w[i] " " w[i + 1] " " w[i + 2] " " w[i + 3] " " w[i + 4]
				if (!((NR, s) in has)) {
					has[NR, s]
					list[NR, ++n[NR]] = s
				}
			}
			for (d = 1; d < NR; d++) {
				common = 0
				for (i = 1; i <= n[NR]; i++)
					common += ((d, list[NR, i]) in has)
				if (common > 0 && common >= share * (n[d] < n[NR] ? n[d] : n[NR]))
					printf "%s %s %.4f\n", id[d] < id[NR] ? id[d] : id[NR],
						id[d] < id[NR] ? id[NR] : id[d],
						common / (n[d] + n[NR] - common)
			}
		}' | sort
}

# exact_pairs DIR: exact.tsv in the form of all_pairs
exact_pairs() {
	awk -F'\t' 'NR > 1 { print ($1 < $2 ? $1 " " $2 : $2 " " $1), $3 }' "$1/exact.tsv" | sort
}

# frames: 80 texts of 60 words of their own after the same 50, and one that all others hold
frames() {
	awk 'BEGIN {
		for (w = 0; w < 50; w++)
			frame = frame "frame" w " "
		for (d = 0; d < 80; d++) {
			own = ""
			for (w = 0; w < 60; w++)
				own = own "own" d "x" w " "
			printf "{\"id\":\"f-%d\",\"text\":\"%s\\n%s\"}\n", d, frame, own
		}
		printf "{\"id\":\"brief\",\"text\":\"%s\"}\n", frame
	}'
}

@test "exact: every pair, and no other, for every share" {
	stories > in.jsonl
	for share in .0001 .3 .5 .85 1; do
		scan out in.jsonl --exact $share --force
		all_pairs $share < in.jsonl > want
		exact_pairs out > got
		[ -s want ]
		diff want got
	done
}

@test "exact: no cap applies, nor is a document too short" {
	frames > in.jsonl
	cat >> in.jsonl <<- 'END'
	{"id":"short-a","text":"six words and no more today"}
	{"id":"short-b","text":"six words and no more today yes"}
	END
	scan plain in.jsonl
	scan out in.jsonl --exact .4
	all_pairs .4 < in.jsonl > want
	exact_pairs out > got
	[ "$(wc -l < want)" -eq $((80 * 79 / 2 + 80 + 1)) ]
	diff want got
	[ "$(summary out candidates)" -eq "$(wc -l < want)" ]
	[ "$(summary plain candidates)" -lt 2000 ]
	[ ! -e plain/exact.tsv ]
}

@test "exact: what it proposes is proven" {
	# 79 of a frame are past the frequency cap, so a plain scan does not see that f-70 holds it
	frames > in.jsonl
	scan plain in.jsonl --min-boilerplate 1000
	[ -z "$(verdict plain brief f-70)" ]
	scan out in.jsonl --exact 1 --min-boilerplate 1000
	[ "$(column out/exact.tsv id1 | wc -l)" -eq 80 ]
	[[ $(verdict out brief f-70) =~ ^(abridged|extended)$ ]]
	[ "$(column out/exact.tsv common | sort -u)" = 46 ]
	[ "$(column out/exact.tsv tokens1 id1=f-70)$(column out/exact.tsv tokens2 id2=f-70)" = 110 ]
}

@test "exact: rows in order of address, 1 is the copy; equal texts, other scripts, no pair at all" {
	cat > in.jsonl <<- 'END'
	{"id":"b","date":"2024-02-02","text":"政府今天宣布新的农业政策将在明年开始实施"}
	{"id":"c","date":"2024-03-03","text":"政府今天宣布新的农业政策将在明年开始实施"}
	{"id":"a","date":"2024-01-01","text":"政府今天宣布新的农业政策将在明年开始实施了"}
	END
	scan out in.jsonl --exact .5
	[ "$(cut -f1-5,8-10 out/exact.tsv)" = "$(printf '%s\n' \
		'id1 id2 jaccard contain1in2 contain2in1 shingles1 shingles2 common' \
		'b a 0.9000 1.0000 0.9000 9 10 9' \
		'c b 1.0000 1.0000 1.0000 9 9 9' \
		'c a 0.9000 1.0000 0.9000 9 10 9' | tr ' ' '\t')" ]
	: > empty.jsonl
	scan none empty.jsonl --exact .5
	[ "$(n_lines none/exact.tsv)" -eq 1 ]
	scan none "$TOP/fixtures/thaigov.jsonl" "$TOP/fixtures/congress-press.jsonl" --exact .5 --force
	[ "$(n_lines none/exact.tsv)" -eq 1 ]
}

@test "exact: the same bytes for every number of threads, and when texts move to --tmp" {
	{ stories; frames; } > in.jsonl
	scan one in.jsonl --exact .3 -t 1
	scan four in.jsonl --exact .3 -t 4
	same_reports one four
	awk 'BEGIN {
			for (pad = "- "; length(pad) < 100000; )
				pad = pad pad
		}
		{ sub(/"}$/, "\\n" pad "\"}"); print }' in.jsonl > big.jsonl
	mkdir spool
	scan wide big.jsonl --exact .3
	scan narrow big.jsonl --exact .3 --tmp spool --memory 10M
	grep -q '"spilled": *[1-9]' narrow/run.json
	same_reports wide narrow
}

@test "exact: memory is asked for, and the share must be one" {
	yes '{"text":"four hundred copies of one text are eighty thousand pairs"}' | head -n 400 > in.jsonl
	run "$STET" scan in.jsonl -o out --exact .4 --memory 1M
	[ "$status" -eq 1 ]
	[[ $output == *"the exact pairs do not fit --memory: at least "* ]]
	[ ! -e out ]
	run "$STET" scan in.jsonl -o out --exact 1.5
	[ "$status" -eq 2 ]
}

@test "explain: the curves are those of the formulas, and costs grow with N; no input, no report" {
	"$STET" scan --explain > said
	awk '
		# P(w): a run of r kept words among w; the first one ends at word w, or an earlier one
		function runs(q, r, n,   p, w) {
			for (w = 0; w < r; w++)
				p[w] = 0
			p[r] = q ^ r
			for (w = r + 1; w <= n; w++)
				p[w] = p[w - 1] + (1 - p[w - r - 1]) * (1 - q) * q ^ r
			return p[n]
		}
		function off(a, b) { return (a > b ? a - b : b - a) > .00011 }
		/^  [01]\.[0-9] / {
			s = 2 * $1 / (1 + $1); t = s ^ .6; j = t / (2 - t)
			if (off($3, 1 - (1 - j ^ 5) ^ 20) || off($4, 1 - (1 - j ^ 5) ^ 8) ||
			    off($5, runs(s ^ .2, 23, 368)) || $6 < $3 || $6 < $4 || $6 < $5)
				exit 1
			n++
		}
		END { exit n != 8 }' said
	grep -q -- '--max-leaders 8 ' said
	"$STET" scan --explain --max-leaders 5 | grep -q -- '--max-leaders 5 '
	"$STET" scan --explain --documents 1000 --memory 1G > small
	"$STET" scan --explain --documents 100000000 --memory 1G > large
	grep -q '^1000 documents' small
	! grep -q 'TOO LITTLE' small
	grep -q 'TOO LITTLE' large
	grep -q '20 bands of 5 MinHash lanes' small
	grep -q '18 bands of 6 MinHash lanes' large
	grep -q 'window 16: 23 words in a row' large
	[ "$(ls)" = "$(printf 'large\nsaid\nsmall')" ]
}
