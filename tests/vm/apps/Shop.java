// SPDX-License-Identifier: GPL-2.0
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.*;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.Map;

// A careless Java application on port 8080, with Netty's threads, named as Spring's WebFlux names
// them: /run?cmd= runs a command with a shell, /start?argv=&argv= without a shell. A header has
// the server's PID.
public class Shop extends SimpleChannelInboundHandler<FullHttpRequest> {
	private static byte[] outputOf(String uri) throws Exception {
		QueryStringDecoder url = new QueryStringDecoder(uri);
		Map<String, List<String>> query = url.parameters();
		ProcessBuilder program;

		if (url.path().equals("/run"))
			program = new ProcessBuilder("/bin/sh", "-c", query.get("cmd").get(0));
		else if (url.path().equals("/start"))
			program = new ProcessBuilder(query.get("argv"));
		else
			return "sum 500500\n".getBytes();
		return program.start().getInputStream().readAllBytes();
	}

	@Override
	protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) throws Exception {
		FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
			HttpResponseStatus.OK, Unpooled.wrappedBuffer(outputOf(request.uri())));

		response.headers().set("X-Pid", ProcessHandle.current().pid());
		context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
	}

	public static void main(String[] args) throws Exception {
		NioEventLoopGroup group = new NioEventLoopGroup(2, new DefaultThreadFactory("reactor-http-nio"));

		new ServerBootstrap().group(group).channel(NioServerSocketChannel.class)
			.childHandler(new ChannelInitializer<Channel>() {
				@Override
				protected void initChannel(Channel channel) {
					channel.pipeline().addLast(new HttpServerCodec(),
						new HttpObjectAggregator(65536), new Shop());
				}
			}).bind("127.0.0.1", 8080).sync().channel().closeFuture().sync();
	}
}
