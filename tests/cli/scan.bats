#!/usr/bin/env bats
# `stet scan` from outside: options, exit statuses, what is left behind, and that nothing but
# the input decides what the report says.

setup() {
	load helpers
	cd "$BATS_TEST_TMPDIR"
}

# ends STATUS WORDS ARGUMENT...: stet with these ends so, and says WORDS in one line
ends() {
	local want=$1 words=$2

	shift 2
	run "$STET" "$@"
	echo "stet $*: $status: $output"
	[ "$status" -eq "$want" ]
	[[ $output == *"$words"* ]]
	[ "${#lines[@]}" -eq 1 ]
}

# status COMMAND...: its exit status; all it says is in ./said
status() {
	local code=0

	"$@" > said 2>&1 || code=$?
	echo $code
}

nothing_left() {
	[ ! -e out ]
	[ ! -e out.partial ]
}

# With the capabilities of root dropped, root is refused what others are.
denied() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --bounding-set -all --inh-caps -all "$@"
	else
		"$@"
	fi
}

@test "help: the commands, the options with their defaults, on standard output" {
	"$STET" --help | grep -q '^  scan '
	"$STET" scan --help > help
	grep -q '^usage: stet scan \[options\] ARCHIVE\.\.\. -o DIR$' help
	grep -q -- '--near=SHARE .*\[0\.8\]$' help
	grep -q -- '--revised=SHARE .*\[0\.5\]$' help
	grep -q -- '--max-record=SIZE .*\[256M\]$' help
	grep -q -- '--keep=RULE,\.\.\. .*\[earliest\]$' help
	"$STET" help scan | cmp - help
	[ -z "$("$STET" scan --help 2>&1 > /dev/null)" ]
	"$STET" kernels --help | grep -q '^usage: stet kernels'
}

@test "help: shows the default of this run: TMPDIR, and what options before it set" {
	TMPDIR=/nowhere/x "$STET" scan --help | grep -q -- '--tmp=DIR .*\[/nowhere/x\]$'
	"$STET" scan --near .75 -t 7 --help > help
	grep -q -- '--near=SHARE .*\[0\.75\]$' help
	grep -q -- '--threads=N .*\[7\]$' help
}

@test "version" {
	[[ $("$STET" --version) =~ ^stet\ [0-9]+\.[0-9]+\.[0-9]+\ \(gzip:\ (isa-l|zlib)(,\ libdeflate)?\)$ ]]
	[ "$("$STET" scan --version)" = "$("$STET" --version)" ]
}

@test "kernels: the portable one is always usable, and one is chosen" {
	"$STET" kernels | grep -q '^scalar  *usable'
	[ "$("$STET" kernels | grep -c chosen)" -eq 1 ]
}

@test "usage: a wrong option is one line that names the range, and status 2" {
	ends 2 "stet scan: --threads wants a number from 1 to 256, not '0'" scan x -o out --threads 0
	ends 2 "not '257'" scan x -o out -t 257
	ends 2 "not '4x'" scan x -o out -t4x
	ends 2 "not '-1'" scan x -o out -t -1
	ends 2 "not ''" scan x -o out --threads=
	ends 2 "--near wants a share from 0 to 1" scan x -o out --near 1.0001
	ends 2 "at most 4 decimals" scan x -o out --near 0.80001
	ends 2 "--memory wants a size from 1M to 1024T, not '12Q'" scan x -o out --memory 12Q
	ends 2 "not '99999999999999999999'" scan x -o out --memory 99999999999999999999
	ends 2 "--max-document wants a size from 1K to 1G, not '2G'" scan x -o out --max-document 2G
	ends 2 "--format wants one of auto, jsonl, json, text, html, not 'xml'" scan x -o out --format xml
	ends 2 "--preset wants one of stet, dolma, " scan x -o out --preset dolmen
	ends 2 "--kernels wants one of " scan x -o out --kernels abacus
	ends 2 "--date-format wants one of DD/MM/YYYY" scan x -o out --date-format YY
	ends 2 "earliest, longest, first, source:A>B>C, with commas between, not 'newest'" scan x -o out --keep newest
	ends 2 "not 'source:a>>b'" scan x -o out --keep 'first,source:a>>b'
	ends 2 "twice" scan x -o out --keep first,longest,first
	ends 2 "--fail-over wants" scan x -o out --fail-over 101%
	ends 2 "--output wants a value" scan x -o ''
	nothing_left
}

@test "usage: an unknown option or command suggests the nearest" {
	ends 2 "unknown option --thread: did you mean --threads?" scan x -o out --thread 3
	ends 2 "unknown option --souce-map: did you mean --source-map?" scan x -o out --souce-map=y
	ends 2 "unknown option --xyzzy: see --help" scan x -o out --xyzzy
	ends 2 "unknown option -Z" scan x -o out -Z
	ends 2 "-t wants a value" scan x -o out -t
	ends 2 "--force takes no value" scan x -o out --force=yes
	ends 2 "unknown command 'scna': did you mean scan?" scna x
	ends 2 "takes no operands" kernels x
}

@test "usage: no archive, no directory, options that exclude each other" {
	ends 2 "no archives; usage: stet scan [options] ARCHIVE... -o DIR" scan -o out
	ends 2 "no directory for the report; usage: " scan x
	ends 2 "--files-from" scan x -o out -0
	ends 2 "exclude each other" scan x -o out -q -v
	ends 2 "standard input" scan - -o out --files-from -
	[ "$(status "$STET")" -eq 2 ]
}

@test "a report: every file, and one closing line on standard error" {
	stories > in.jsonl
	[ -z "$("$STET" scan in.jsonl -o out 2> log)" ]
	[ "$(n_lines log)" -eq 1 ]
	grep -q '^stet scan: 60 documents, .* MB in .* clusters, .* blocks, 0 skipped; report in out$' log
	for file in clusters.jsonl pairs.tsv blocks.jsonl places.tsv remove.tsv skipped.tsv \
		documents.stet summary.json run.json; do
		[ -f "out/$file" ]
	done
	[ "$(summary out documents)" -eq 60 ]
	[ "$(grep -c '"size":2,' out/clusters.jsonl)" -eq 20 ]	# and those of x-2 and the like
	[ "$(verdict out c-0 a-0)" = identical ]
	[ "$(verdict out n-1 a-1)" = near ]
	[ "$(verdict out x-2 a-2)" = extended ]
	[ ! -e out.partial ]
}

@test "quiet: nothing is said, errors apart" {
	stories > in.jsonl
	"$STET" scan -q in.jsonl -o out 2> log
	[ ! -s log ]
	ends 1 "none.jsonl" scan -q none.jsonl -o out2
}

@test "status 1: a missing file; with --skip-missing 3, and the rest is done" {
	stories > in.jsonl
	ends 1 "none.jsonl" scan in.jsonl none.jsonl -o out
	nothing_left
	[ "$(status "$STET" scan --skip-missing in.jsonl none.jsonl -o out)" -eq 3 ]
	grep -q '1 archive missing' said
	[ "$(summary out documents)" -eq 60 ]
}

@test "status 1: an unreadable directory, an unreadable file" {
	[ "$(id -u)" -ne 0 ] || denied true || skip "root cannot be denied here"
	mkdir closed
	stories > closed.jsonl
	chmod 0 closed closed.jsonl
	for name in closed closed.jsonl; do
		[ "$(status denied "$STET" scan $name -o out)" -eq 1 ]
		cat said
		[ "$(n_lines said)" -eq 1 ]
		grep -q "$name.*Permission denied" said
		nothing_left
	done
	chmod 700 closed
}

@test "status 1: a file of unknown format; in a directory it is passed over" {
	mkdir dir
	stories > dir/in.jsonl
	printf '\177ELF\002\001\001\000\000\000\377\376\000\001\000\000\000\003' > dir/program
	ends 1 "program" scan dir/program -o out
	nothing_left
	scan out dir
	[ "$(summary out documents)" -eq 60 ]
}

@test "status 3: a truncated .gz gives all that came before the break" {
	stories | gzip > whole.gz
	head -c $(($(wc -c < whole.gz) / 2)) whole.gz > in.jsonl.gz
	[ "$(status "$STET" scan in.jsonl.gz -o out)" -eq 3 ]
	grep -q '1 record damaged' said
	[ "$(summary out documents)" -gt 20 ]
	[ "$(summary out documents)" -lt 60 ]
	[ "$(n_lines out/skipped.tsv)" -eq 2 ]
	[ "$(column out/skipped.tsv input)" = in.jsonl.gz ]
}

@test "status 3: a wrong CRC" {
	stories | gzip > whole.gz
	{
		head -c $(($(wc -c < whole.gz) - 8)) whole.gz
		printf 'oops'
		tail -c 4 whole.gz
	} > in.jsonl.gz
	[ "$(status "$STET" scan in.jsonl.gz -o out)" -eq 3 ]
	[ "$(summary out documents)" -eq 60 ]
	grep -qi 'crc\|checksum' out/skipped.tsv
}

@test "status 3: a damaged record is listed, the run goes on" {
	stories > in.jsonl
	printf '{"id":"broken","text":"never ends\n{"id":"number","text":7}\n' >> in.jsonl
	stories | head -n 1 >> in.jsonl
	[ "$(status "$STET" scan in.jsonl -o out)" -eq 3 ]
	[ "$(summary out documents)" -eq 61 ]
	[ "$(column out/skipped.tsv record | head -n 1)" -eq 60 ]
}

@test "status 0: an empty archive is done" {
	: > empty.jsonl
	: | gzip > empty.gz
	tar -cf empty.tar -T /dev/null
	mkdir empty
	for name in empty.jsonl empty.gz empty.tar empty; do
		rm -rf out
		scan out $name
		[ "$(summary out documents)" -eq 0 ]
		[ ! -s out/clusters.jsonl ]
	done
}

@test "an existing directory stays, and --force replaces only a report" {
	stories > in.jsonl
	scan out in.jsonl
	cp -r out before
	head -n 10 in.jsonl > less.jsonl
	ends 1 "out" scan less.jsonl -o out
	diff -r before out
	scan out --force less.jsonl
	[ "$(summary out documents)" -eq 10 ]
	mkdir mine
	echo precious > mine/file
	ends 1 "mine" scan less.jsonl -o mine --force
	[ "$(cat mine/file)" = precious ]
}

@test "status 4: more in remove.tsv than --fail-over allows; the report is there" {
	stories > in.jsonl
	scan out in.jsonl
	n=$(($(n_lines out/remove.tsv) - 1))
	[ "$n" -eq 20 ]
	scan out --force --fail-over $n in.jsonl
	scan out --force --fail-over 34% in.jsonl
	[ "$(status "$STET" scan --force --fail-over $((n - 1)) in.jsonl -o out)" -eq 4 ]
	[ "$(status "$STET" scan --force --fail-over 33.33% in.jsonl -o out)" -eq 4 ]
	grep -q '20 of 60 documents' said
	[ "$(summary out documents)" -eq 60 ]
	[ "$(status "$STET" scan --force --fail-over 0 --skip-missing in.jsonl no -o out)" -eq 4 ]
}

# on_small_disk COMMAND: in a mount namespace, with 32 kB of tmpfs at ./small
on_small_disk() {
	mkdir -p small
	unshare -m sh -c "mount -t tmpfs -o size=32k none small && $1"
}

@test "status 75: a full disk, and nothing half-written" {
	on_small_disk true 2> /dev/null || skip "no small file system can be mounted here"
	stories > in.jsonl
	on_small_disk "'$STET' scan in.jsonl -o small/out 2> said; echo \$? > code; ls small > left"
	cat said
	[ "$(cat code)" -eq 75 ]
	[ "$(n_lines said)" -eq 1 ]
	grep -q 'No space left' said
	[ ! -s left ]
}

@test "status 75: no space for temporary files is told before anything is read" {
	on_small_disk true 2> /dev/null || skip "no small file system can be mounted here"
	yes '{"text":"a text that is as long as it takes to be more than what there is"}' |
		head -n 50000 > in.jsonl
	on_small_disk "'$STET' scan in.jsonl -o out --tmp small --memory 1M 2> said; echo \$? > code"
	cat said
	[ "$(cat code)" -eq 75 ]
	grep -q 'no space for temporary files in small: 0.0 MB are free, and at least [0-9.]* MB' said
	nothing_left
	# What is not known is not refused; then the disk is full.
	on_small_disk "'$STET' scan - < in.jsonl -o out --tmp small --memory 1M 2> said; echo \$? > code"
	[ "$(cat code)" -eq 75 ]
	grep -q 'No space left' said
	nothing_left
}

@test "status 75 while another run works there; SIGTERM ends that one and leaves nothing" {
	stories > in.jsonl
	mkfifo pipe
	exec 8<> pipe
	"$STET" scan - -o out < pipe 2> /dev/null 3>&- 8>&- &
	for i in $(seq 100); do
		[ ! -d out.partial ] || break
		sleep .05
	done
	ends 75 "out.partial" scan in.jsonl -o out
	kill -TERM $!
	code=0
	wait $! || code=$?
	exec 8>&-
	[ "$code" -eq 143 ]
	nothing_left
}

@test "the same bytes for every number of threads" {
	stories > in.jsonl
	scan t1 -t 1 in.jsonl "$TOP"/fixtures/*.jsonl
	scan t2 -t 2 in.jsonl "$TOP"/fixtures/*.jsonl
	scan t8 -t 8 in.jsonl "$TOP"/fixtures/*.jsonl
	same_reports t1 t2
	same_reports t1 t8
}

@test "the same bytes however many inputs are read at once" {
	"$TOP/tools/gen-corpus" --documents 5000 --plant all -o all.jsonl
	split -n l/5 all.jsonl part-
	for part in part-*; do
		[ "$(wc -c < "$part")" -gt 1500000 ]	# else one reader takes several
		gzip -1 -c "$part" > "$part.gz"
	done
	head -c 500000 part-ab.gz > cut
	mv cut part-ab.gz
	for threads in 1 2 3 8; do
		run "$STET" scan -q -t $threads -o "t$threads" part-??.gz part-ac
		[ "$status" -eq 3 ]
		same_reports t1 "t$threads"
	done
}

@test "the same bytes for every kernel" {
	stories > in.jsonl
	scan scalar --kernels scalar in.jsonl "$TOP"/fixtures/*.jsonl
	for name in $("$STET" kernels | awk '$2 ~ /^usable/ && $1 != "scalar" { print $1 }'); do
		scan "$name" --kernels "$name" in.jsonl "$TOP"/fixtures/*.jsonl
		same_reports scalar "$name"
	done
}

@test "the same bytes whether texts stay in memory or move to --tmp" {
	stories | awk '
		BEGIN {
			for (pad = "- "; length(pad) < 200000; )
				pad = pad pad
		}
		{ sub(/"}$/, "\\n" pad "\"}"); print }' > in.jsonl
	scan all in.jsonl
	grep -q '"spilled": *0[,}]*$' all/run.json
	mkdir spool
	scan some --memory 8M --tmp spool in.jsonl
	grep -q '"spilled": *[1-9]' some/run.json
	same_reports all some
	[ -z "$(ls spool)" ]
}

@test "the same bytes whether keys and pairs stay in memory or move to --tmp" {
	"$TOP/tools/gen-corpus" --documents 4000 --plant all --plant footer:stories=500 -o in.jsonl
	scan all in.jsonl --memory 1G
	grep -q '"spilled": *0[,}]*$' all/run.json
	mkdir spool
	for threads in 1 3; do
		scan "some$threads" -t $threads --memory 8M --tmp spool in.jsonl
		same_reports all "some$threads"
		# Texts are .4 of it, packed: keys are there, too.
		spilled=$(tr -d ' \n' < "some$threads/run.json" | sed 's/.*"spilled"://; s/,.*//')
		[ $((spilled * 10)) -gt $(($(summary all text_bytes) * 6)) ]
	done
	[ -z "$(ls spool)" ]
}

@test "status 1: too little --memory, and how much is needed" {
	yes '{"text":"so many copies of one text are so many pairs"}' | head -n 20000 > in.jsonl
	ends 1 " do not fit --memory: at least " scan in.jsonl -o out --memory 1M
	nothing_left
}

@test "the same clusters, and the same one standing, for shuffled input" {
	stories > in.jsonl
	scan out in.jsonl
	clusters out > want
	[ "$(grep -c ': ' want)" -eq 20 ]
	for seed in 1 2 3; do
		awk -v s=$seed '{ s = (s * 69069 + 1) % 4294967296; print s "\t" $0 }' in.jsonl |
			sort -n | cut -f 2- > shuffled.jsonl
		cmp -s in.jsonl shuffled.jsonl && false
		scan shuffled --force shuffled.jsonl
		clusters shuffled | diff want -
	done
}

# The stories once more: as members of containers, named by their ids.
texts() {
	mkdir -p texts
	awk '{
		match($0, /"id":"[^"]*"/)
		file = "texts/" substr($0, RSTART + 6, RLENGTH - 7)
		sub(/.*"text":"/, "")
		sub(/"}$/, "")
		gsub(/\\n/, "\n")
		printf "%s", $0 > file
		close(file)
	}' in.jsonl
}

@test "the same sets of ids, however the articles are packed" {
	stories > in.jsonl
	texts
	scan out --keep longest in.jsonl
	id_sets out > want
	[ "$(n_lines want)" -ge 20 ]

	gzip -c in.jsonl > in.jsonl.gz
	{ head -n 20 in.jsonl | gzip; tail -n +21 in.jsonl | gzip; } > members.jsonl.gz
	zstd -q in.jsonl -o in.jsonl.zst
	xz -k in.jsonl
	bzip2 -k in.jsonl
	lz4 -q in.jsonl in.jsonl.lz4
	(
		cd texts
		tar -cf ../in.tar -- *
		tar -czf ../in.tar.gz -- *
		zip -q ../in.zip -- *
		7z a ../in.7z -- * > /dev/null
		ls | cpio -o --quiet > ../in.cpio
	)
	for name in in.jsonl.gz members.jsonl.gz in.jsonl.zst in.jsonl.xz in.jsonl.bz2 in.jsonl.lz4 \
		in.tar in.tar.gz in.zip in.7z in.cpio; do
		scan packed --force --keep longest $name
		echo "$name"
		id_sets packed | diff want -
	done
	scan packed --force --keep longest - < in.jsonl
	id_sets packed | diff want -
	scan packed --force --keep longest - < in.tar.gz
	id_sets packed | diff want -
}

@test "inputs: a list of names, NUL-separated or by lines, beside operands" {
	stories > in.jsonl
	head -n 20 in.jsonl > 'first part.jsonl'
	tail -n +21 in.jsonl > rest.jsonl
	scan out in.jsonl
	printf 'first part.jsonl\0rest.jsonl\0' > list0
	printf 'first part.jsonl\nrest.jsonl\n' > list
	scan a --files-from list0 -0
	scan b --files-from - < list
	echo rest.jsonl | scan c 'first part.jsonl' --files-from -
	for report in a b c; do
		[ "$(clusters $report)" = "$(clusters out)" ]
	done
}

@test "inputs: fields by option and by preset" {
	stories > in.jsonl
	scan out in.jsonl
	sed 's/"text":\("[^"]*"\)/"metadata":{"body":\1}/' in.jsonl > body.jsonl
	scan body --text-field metadata.body body.jsonl
	[ "$(clusters body)" = "$(clusters out)" ]
	sed 's/"date":/"created":/' in.jsonl > dolma.jsonl
	scan dolma --preset dolma dolma.jsonl
	[ "$(clusters dolma)" = "$(clusters out)" ]
}

@test "keep: which copy stands" {
	stories > in.jsonl
	scan earliest in.jsonl
	[ "$(members earliest c-0 | head -n 1)" = a-0 ]
	scan source --keep 'source:second.example>third.example,earliest' in.jsonl
	[ "$(members source a-0 | head -n 1)" = c-0 ]
	[ "$(members source a-1 | head -n 1)" = n-1 ]
	scan longest --keep longest in.jsonl
	[ "$(members longest a-2 | head -n 1)" = x-2 ]
	[ "$(verdict longest a-2 x-2)" = abridged ]
}

# lines_range FILE FIRST LAST: the bytes of these lines, without the last line end
lines_range() {
	local begin end

	begin=$(head -n $(($2 - 1)) "$1" | wc -c)
	end=$(head -n "$3" "$1" | wc -c)
	echo "$((begin)) $((end - 1))"
}

# one_repeat FILE: lines 6 to 14 stand again as 15 to 23; that is one block, and no cluster
one_repeat() {
	rm -rf out
	scan out "$1"
	[ "$(n_lines out/blocks.jsonl)" -eq 1 ]
	grep -q '"kind":"repeat"' out/blocks.jsonl
	[ ! -s out/clusters.jsonl ]
	column out/places.tsv start > starts
	column out/places.tsv end | paste -d ' ' starts - > ranges
	lines_range "$1" 6 14 > want
	lines_range "$1" 15 23 >> want
	diff want ranges
}

@test "a text that repeats nine lines has one repeat block, by exact bytes" {
	one_repeat "$TOP/fixtures/repeat.txt"
}

@test "the seed article: lines 6 to 14 stand again as 15 to 23" {
	ls "$TOP"/../shared/seed/*.txt > /dev/null 2>&1 || skip "no ../shared/seed"
	for file in "$TOP"/../shared/seed/*.txt; do
		one_repeat "$file"
	done
}
