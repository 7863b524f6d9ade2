using System.Net;
using System.Net.Sockets;
using Gorb.Cli;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;

namespace Gorb.Tests.Cli;

/// <summary>A test of verbs against a whole daemon. The console belongs to the whole process, so derived classes are in the collection <see cref="Health.Probes.Alone"/>.</summary>
public abstract class VerbTest : DaemonTest
{
    private readonly TextWriter _out = Console.Out;
    private readonly TextWriter _error = Console.Error;
    private readonly StringWriter _printed = new();
    private readonly StringWriter _failed = new();

    protected VerbTest()
    {
        Console.SetOut(_printed);
        Console.SetError(_failed);
    }

    /// <summary>An address at which nothing listens.</summary>
    protected static string Nobody
    {
        get
        {
            var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            var address = free.LocalEndpoint.ToString()!;
            free.Stop();
            return address;
        }
    }

    protected string Server => _daemon.Http.BaseAddress!.ToString();

    public override async ValueTask DisposeAsync()
    {
        Console.SetOut(_out);
        Console.SetError(_error);
        await base.DisposeAsync();
        _printed.Dispose();
        _failed.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs a verb that asks the daemon.</summary>
    private protected Task<Ran> AskAsync(params string[] words) => RunAsync([.. words, "-s", Server]);

    /// <summary>Runs a command line.</summary>
    private protected async Task<Ran> RunAsync(params string[] words)
    {
        _printed.GetStringBuilder().Clear();
        _failed.GetStringBuilder().Clear();
        var status = await GorbCommand.RunAsync(
            GorbCommand.Parse(words, static (_, _) => Task.FromResult(0), static (_, _, _) => Task.FromResult(0)), TestContext.Current.CancellationToken);
        return new Ran(status, _printed.ToString(), _failed.ToString());
    }

    /// <summary>Waits for a condition that another thread brings about.</summary>
    private protected static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        await Poll.UntilAsync(condition, limit.Token);
    }

    /// <summary>Writes a file that a verb reads.</summary>
    private protected async Task<string> WriteAsync(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file.Path)!);
        await File.WriteAllTextAsync(_file.Path, text, TestContext.Current.CancellationToken);
        return _file.Path;
    }

    /// <summary>The result of a verb.</summary>
    /// <param name="Status">The exit status.</param>
    /// <param name="Output">What it printed on standard output.</param>
    /// <param name="Errors">What it printed on standard error.</param>
    internal sealed record Ran(int Status, string Output, string Errors);
}
