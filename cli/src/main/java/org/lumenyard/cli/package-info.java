/**
 * The command line, over the public API only: what it can do, any script can do. {@link
 * org.lumenyard.cli.FarmClient} speaks with the server, {@link org.lumenyard.cli.ClientCommands}
 * are the commands, {@code Screen} and {@code Table} make text fit the terminal.
 */
@NullMarked
package org.lumenyard.cli;

import org.jspecify.annotations.NullMarked;
