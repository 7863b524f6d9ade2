using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gorb.Tests.Api;

/// <summary>A client that goes away in the middle of its request is no error of the daemon.</summary>
public sealed class AbandonedRequestTests
{
    /// <summary>Each one wrote two stack traces: any client could fill the disk with them.</summary>
    [Fact]
    public async Task Client_ThatLeavesWithinItsBody_IsNoErrorInTheLog()
    {
        var log = new LogLines<ExceptionHandlerMiddleware>();
        await using (var daemon = new TestDaemon { Configure = services => services.AddSingleton<ILoggerProvider>(log) })
        {
            await daemon.InitializeAsync();
            using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(IPAddress.Loopback, daemon.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
            await client.SendAsync("PUT /service/web HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 50\r\n\r\n{"u8.ToArray(), TestContext.Current.CancellationToken);
            (await client.ReceiveAsync(new byte[1000], TestContext.Current.CancellationToken)).Should().BePositive("the daemon begins to read the body");
        }

        log.All.Should().BeEmpty(); // the daemon has ended, and so has the request
    }
}
