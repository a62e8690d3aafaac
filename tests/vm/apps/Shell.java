// SPDX-License-Identifier: GPL-2.0
// A Java program that is not a server and starts a shell.
public class Shell {
	public static void main(String[] args) throws Exception {
		new ProcessBuilder("/bin/sh", "-c", "id; :").inheritIO().start().waitFor();
	}
}
