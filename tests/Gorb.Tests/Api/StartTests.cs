using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Gorb.Ipvs;
using Gorb.Targets.Ipvs;
using Gorb.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Api;

public sealed class StartTests
{
    [Fact]
    public async Task Start_AnyWorkingDirectory_WatchesNoFiles()
    {
        var before = Watches();
        var daemon = new TestDaemon();
        await daemon.InitializeAsync();
        await using (daemon)
        {
            Watches().Should().Be(before, "the working directory may be the root of a large disk");
        }
    }

    /// <summary>The server listens while the daemon still reads the kernel's table: requests for the table wait until it is read.</summary>
    [Fact]
    public async Task Start_WhileTheKernelIsStillRead_RequestsWait_ExceptForHealth()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var isRead = new ManualResetEventSlim();
        var kernel = new FakeKernel();
        var arrivals = new Arrivals();
        await using var daemon = new TestDaemon
        {
            Kernel = kernel,
            Port = FreePort(),
            Configure = services => services.AddSingleton<IStartupFilter>(arrivals).AddSingleton(new IpvsClientFactory(() => IpvsClient.Create(kernel.Open), () =>
            {
                isRead.Wait(cancellation);
                return [];
            })),
        };
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{daemon.Port}") };
        var starting = Task.Run(async () => await daemon.InitializeAsync(), cancellation);
        await ConnectAsync(http, cancellation);

        var services = http.GetStringAsync(new Uri("/service", UriKind.Relative), cancellation);
        var ready = http.GetAsync(new Uri("/readyz", UriKind.Relative), cancellation);
        Task[] handled = [await arrivals.NextAsync(), await arrivals.NextAsync(), starting];
        handled.Should().NotContain(handling => handling.IsCompleted, "all but health waits, and nothing is left that could hold it up but the kernel");
        (await http.GetAsync(new Uri("/healthz", UriKind.Relative), cancellation)).StatusCode.Should().Be(HttpStatusCode.OK);

        isRead.Set();
        (await services).Should().Be("[]");
        (await ready).StatusCode.Should().Be(HttpStatusCode.OK);
        await starting;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task ConnectAsync(HttpClient http, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/healthz", UriKind.Relative), cancellation);
                return;
            }
            catch (HttpRequestException) // the daemon does not listen yet
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>The number of files and directories that this process watches (inotify(7), proc(5)).</summary>
    private static int Watches() => Directory.GetFiles("/proc/self/fdinfo")
        .Sum(info => Read(info).Count(line => line.StartsWith("inotify wd:", StringComparison.Ordinal)));

    private static string[] Read(string info)
    {
        try
        {
            return File.ReadAllLines(info);
        }
        catch (FileNotFoundException) // closed in the meantime
        {
            return [];
        }
    }

    /// <summary>Publishes the task of every request, except health checks, as soon as the daemon starts to handle it.</summary>
    private sealed class Arrivals : IStartupFilter
    {
        private readonly Channel<Task> _handled = Channel.CreateUnbounded<Task>();

        public ValueTask<Task> NextAsync() => _handled.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(handle => context =>
            {
                var handling = handle(context);
                if (context.Request.Path != "/healthz")
                {
                    _handled.Writer.TryWrite(handling);
                }

                return handling;
            });
            next(app);
        };
    }
}
