using System.Text.Json;
using Gorb.Client;
using Gorb.Model;

namespace Gorb.Cli;

/// <summary>Runs a verb that is a client of a daemon: it prints answers on standard output, and failures on standard error with the exit status of their kind.</summary>
internal static class DaemonCall
{
    /// <summary>The request time-out. It is long because the daemon needs a while for a large document.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(100);

    /// <summary>Sends a request and prints its answer.</summary>
    /// <param name="server">The daemon.</param>
    /// <param name="request">The request.</param>
    /// <param name="file">The file with the request's body; "-" for standard input, null for no body.</param>
    /// <param name="print">Prints the answer and returns the exit status; a <see cref="JsonException"/> means that the server is not a Gorb.</param>
    /// <param name="stop">Cancels the request.</param>
    /// <returns>The exit status.</returns>
    public static Task<int> RunAsync(GorbServer server, GorbRequest request, string? file, Func<string, Task<int>> print, CancellationToken stop) =>
        TalkAsync(server, async client => await print(await client.SendAsync(file is null ? request : request with { Body = await ReadAsync(file, stop) }, stop)));

    /// <summary>Runs a verb that sends any number of requests.</summary>
    /// <param name="server">The daemon.</param>
    /// <param name="talk">Sends the requests, prints and returns the exit status; a <see cref="JsonException"/> means that the server is not a Gorb.</param>
    /// <returns>The exit status.</returns>
    public static async Task<int> TalkAsync(GorbServer server, Func<GorbClient, Task<int>> talk)
    {
        try
        {
            using var client = server.Connect(Timeout);
            return await talk(client);
        }
        catch (GorbRefusalException refusal)
        {
            return await PrintRefusalAsync(refusal);
        }
        catch (JsonException error)
        {
            return await FailAsync($"{GorbClient.Odd(server.Url, error).Message}; --server names another daemon", ExitStatus.Unreachable);
        }
        catch (UntrustedGorbException error)
        {
            return await FailAsync(error.Message, ExitStatus.Unreachable);
        }
        catch (GorbException error)
        {
            return await FailAsync($"{error.Message}; --server names another daemon", ExitStatus.Unreachable);
        }
        catch (Exception error) when (error is SettingException or IOException or UnauthorizedAccessException)
        {
            return await FailAsync(error.Message);
        }
    }

    /// <summary>Prints why a verb failed.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="status">The exit status of failures of this kind.</param>
    /// <returns>The exit status.</returns>
    public static async Task<int> FailAsync(string reason, int status = ExitStatus.Usage)
    {
        await Terminal.WriteErrorAsync($"gorb: {reason}");
        return status;
    }

    /// <summary>Prints a text.</summary>
    /// <returns>The exit status.</returns>
    public static async Task<int> PrintAsync(string text)
    {
        await Terminal.WriteAsync(text);
        return ExitStatus.Done;
    }

    /// <summary>Reads a file, or standard input for "-".</summary>
    public static async Task<byte[]> ReadAsync(string file, CancellationToken stop)
    {
        await using var input = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
        using var bytes = new MemoryStream();
        await input.CopyToAsync(bytes, stop);
        return bytes.ToArray();
    }

    /// <summary>Prints one line for each problem, with line and column first, as compilers do.</summary>
    /// <returns>The exit status.</returns>
    public static async Task<int> PrintRefusalAsync(GorbRefusalException refusal)
    {
        await Terminal.WriteErrorAsync($"gorb: {refusal.Message}");
        foreach (var detail in refusal.Details)
        {
            var place = detail.Line is { } line ? $"{line}:{detail.Column}: " : "";
            var subject = refusal.IsLate ? $"{detail.Value} " : detail.Field is null ? "" : $"{detail.Field} ";
            await Terminal.WriteErrorAsync($"  {place}{subject}{detail.Problem}");
        }

        return refusal.IsLate ? ExitStatus.Differs : ExitStatus.Refused;
    }
}
