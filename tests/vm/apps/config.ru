# SPDX-License-Identifier: GPL-2.0
# A careless Ruby application for any Rack server: /run?cmd= runs a command with a shell,
# /start?argv=&argv= without a shell. A header has the worker's PID.
require 'uri'

def output_of(page, query)
  case page
  when '/run' then `#{query.assoc('cmd')[1]}`
  when '/start' then IO.popen(query.map { |_, value| value }, &:read)
  else "sum #{(1..1000).sum}\n"
  end
end

run lambda { |env|
  body = output_of(env['PATH_INFO'], URI.decode_www_form(env['QUERY_STRING']))
  [200, { 'Content-Type' => 'text/plain', 'X-Pid' => Process.pid.to_s }, [body]]
}
