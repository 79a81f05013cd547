#!/usr/bin/env bats
# Pages of HTML as documents: told by content, in any charset, with what they say of themselves.

setup() {
	load helpers
	cd "$BATS_TEST_TMPDIR"
}

# Sentences of words that do not recur, numbered from $1 up to $2.
sentences() {
	seq "$1" "$2" | sed 's/.*/The word & stands here as w& among x& and y&./'
}

# page TITLE DATE < PARAGRAPHS: each line a paragraph of an article with a menu and a script
page() {
	cat <<- END
		<!DOCTYPE html>
		<html lang="en"><head><title>$1</title>
		<meta property="article:published_time" content="$2">
		<script>var x = "<p>not text</p>";</script></head><body>
		<ul><li><a href="/">Home</a><li><a href="/news">News</a></ul>
	END
	sed 's/.*/<p>&/'
	echo '<div style="display:none">hidden</div></body></html>'
}

@test "a page is what it shows: the same as its text, with title and date" {
	mkdir in
	sentences 1 40 | page 'One &amp; only' 2019-11-19T08:00:00Z > in/a.html
	{ printf 'Home\nNews\n'; sentences 1 40; } > in/b.txt
	scan out in
	[ "$(column out/pairs.tsv verdict)" = same ]
	grep -q '"title":"One & only"' out/clusters.jsonl
	grep -q '"date":"2019-11-19T08:00:00Z"' out/clusters.jsonl
	grep -q '"converted": 0' out/summary.json
}

@test "members of archives are pages, too, and say their charset" {
	mkdir in
	sentences 1 40 | sed 's/here/hier, déjà/' | page a 2019 > in/a.html
	{
		echo '<META http-equiv=content-type content="text/html; charset=latin1">'
		sentences 1 40 | sed 's/here/hier, déjà/' | page a 2020 | sed 1d
	} | sed '1s/^/<html>/' | iconv -t ISO-8859-1 > in/b.html
	sentences 1 40 | sed 's/here/hier, déjà/' | page a 2021 | iconv -t UTF-16LE > in/c.html
	tar -cf in.tar in
	scan out in.tar
	[ "$(sort -u <(column out/pairs.tsv verdict))" = identical ]
	grep -q '"documents": 3,' out/summary.json
	grep -q '"converted": 2' out/summary.json
	grep -q '"replaced": 0' out/summary.json
}

@test "--format html: a page without a beginning" {
	sentences 1 40 | sed 's/^/<p>/' > a.html
	scan html a.html --format html
	scan auto a.html
	grep -q 'format=html' html/summary.json
	[ "$(grep '"text_bytes": ' html/summary.json)" = "  \"text_bytes\": $(($(sentences 1 40 |
		wc -c) - 1))," ]
	grep -q "\"text_bytes\": $(wc -c < a.html)," auto/summary.json
}

@test "--with-title: the title is the first paragraph" {
	mkdir in
	sentences 1 40 | page Heading 2019 > in/a.html
	{ printf 'Heading\n\nHome\nNews\n'; sentences 1 40; } > in/b.txt
	scan out in --with-title
	[ "$(column out/pairs.tsv verdict)" = same ]
}

@test "a text that only speaks of HTML is a text" {
	{ echo 'A text begins with <html> at times.'; sentences 1 40; } > a.txt
	{ echo '<p> is a tag.'; sentences 51 90; } > b.txt
	scan out a.txt b.txt
	grep -q '"paragraphs": 82,' out/summary.json
}

# house N: a page of a site whose menu of links is much longer than its article, number N
house() {
	sentences $(($1 * 1000)) $(($1 * 1000 + 5)) | page "Page $1" 2019-11-1$1 > body
	{
		sed '/<ul>/,$d' body
		echo '<ul>'
		seq 1 60 | sed 's/.*/<li><a href="\/m&">Menu entry m& of this house w& z&<\/a>/'
		echo '</ul>'
		sed '1,/<ul>/d' body
	}
}

@test "menus of links make no copies: they propose nothing and are no core" {
	mkdir in plain
	for n in 1 2 3 4; do
		house $n > in/$n.html
		sed 's/ href/ name/g' in/$n.html > plain/$n.html
	done
	scan out in
	[ -z "$(column out/pairs.tsv verdict)" ]
	grep -q '"candidates": 0' out/summary.json
	scan without plain
	[ "$(column without/pairs.tsv verdict | sort -u)" != "" ]
}

@test "menus of links are out of core, and the article decides" {
	mkdir in
	house 1 > in/a.html
	sed 's/this house/that house/g' in/a.html | sed 's/<li><a href="\/m[1-4].*//' > in/b.html
	scan out in
	[ "$(column out/pairs.tsv verdict)" = near ]
	[ "$(column out/pairs.tsv core1)" = 1.0000 ]
	[ "$(column out/pairs.tsv coverage1)" != 1.0000 ]
}

@test "links are the same for any number of threads and kernels, and in little memory" {
	mkdir in
	for n in 1 2 3; do
		house $n > in/$n.html
		house $n | sed 's/entry/item/' > in/$n-again.html
	done
	scan one in -t 1 --kernels scalar
	scan two in -t 2 --memory 20M
	rm one/run.json two/run.json
	diff -r one two
	[ "$(column one/pairs.tsv verdict | sort | uniq -c | tr -d ' \n')" = 3near ]
}
