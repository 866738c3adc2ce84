// Reads a feed on standard input with podcast-partytime (its folder is the argument), writes it as JSON.
const { parseFeed } = require(process.argv[2]);
const parsed = parseFeed(require("fs").readFileSync(0, "utf-8"));
if (!parsed) {
  process.stderr.write("not a feed\n");
  process.exit(1);
}
process.stdout.write(JSON.stringify(parsed));
process.exit(0);
