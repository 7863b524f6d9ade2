using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Gorb.Client;
using Gorb.Doctor;
using Gorb.Model;

namespace Gorb.Cli;

/// <summary><c>gorb doctor</c>: prints what is wrong around IPVS, as a running daemon sees it, or of this host where none runs.</summary>
internal static class DoctorCommand
{
    /// <summary>The exit statuses: by the worst finding, beside those of other verbs.</summary>
    private const int Warnings = 1, Unreachable = 3, Refused = 4, Errors = 5;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON, as GET /doctor answers." };
        var quiet = new Option<bool>("--no-probe") { Description = "Send nothing to other hosts: no ARP, no pings. The causes on them are not found then." };
        var state = new Option<string>("--state")
        {
            Description = "Without a daemon: the state file that it would have.",
            HelpName = "PATH",
            DefaultValueFactory = static _ => new DaemonOptions().State,
        };
        var server = new ServerArgument();
        var command = new Command("doctor",
            "Examines the host around IPVS, changes nothing, and prints what is wrong with the command that mends it. Asks the daemon; where none runs, it examines this host by itself. "
            + "Exit status: 0 nothing or only notes, 1 warnings, 5 errors; 2 wrong options, 3 the daemon of --server cannot be reached, 4 it refuses.")
        {
            json, quiet, state, server,
        };
        command.SetAction((result, stop) => RunAsync(server.Read(result), IsNamed(result.GetResult(server.Option)), result.GetValue(json), !result.GetValue(quiet), result.GetValue(state)!, stop));
        return command;
    }

    /// <summary>True when the user named a daemon, by the option or the environment; otherwise none may run.</summary>
    private static bool IsNamed(OptionResult? server) => server is { Implicit: false } || Environment.GetEnvironmentVariable(DaemonUrl.Variable) is { Length: > 0 };

    private static async Task<int> RunAsync(GorbServer server, bool isNamed, bool json, bool isProbing, string state, CancellationToken stop)
    {
        try
        {
            var view = await AskAsync(server, isProbing, stop);
            return await PrintAsync(view, json);
        }
        catch (GorbRefusalException refusal)
        {
            await Terminal.WriteErrorAsync($"gorb: {refusal.Message}");
            return Refused;
        }
        catch (SettingException error)
        {
            return await DaemonCall.FailAsync(error.Message);
        }
        catch (Exception error) when (error is GorbException or JsonException)
        {
            if (isNamed)
            {
                await Terminal.WriteErrorAsync($"gorb: {error.Message}; --server names another daemon, and without it this host is examined");
                return Unreachable;
            }

            return await PrintAsync(await DoctorRuns.OfThisHost(state).RunAsync(isProbing, stop), json);
        }
    }

    private static async Task<DoctorView> AskAsync(GorbServer server, bool isProbing, CancellationToken stop)
    {
        using var client = server.Connect(Timeout);
        var text = await client.SendAsync(new GorbRequest(HttpMethod.Get, isProbing ? "/doctor" : "/doctor?probe=false") { Answer = GorbRequest.Json }, stop);
        return JsonSerializer.Deserialize(text, DoctorJson.Default.DoctorView) is { Findings: not null } view ? view : throw client.Odd();
    }

    private static async Task<int> PrintAsync(DoctorView view, bool json)
    {
        if (json)
        {
            await Terminal.WriteAsync(JsonSerializer.Serialize(view, DoctorJson.Plain.DoctorView).Replace("\t", "  ", StringComparison.Ordinal) + "\n");
        }
        else
        {
            foreach (var finding in view.Findings)
            {
                await PrintAsync(finding);
            }

            await Terminal.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{Count(view.Errors, "error")}, {Count(view.Warnings, "warning")}, {Count(view.Notes, "note")}; {view.Causes} causes examined"));
        }

        return view.Errors > 0 ? Errors : view.Warnings > 0 ? Warnings : 0;
    }

    private static async Task PrintAsync(FindingView finding)
    {
        await Terminal.WriteLineAsync($"{finding.Severity}: {finding.Code}{(finding.Subject is null ? "" : $" ({finding.Subject})")}");
        await Terminal.WriteLineAsync($"  seen:   {finding.Seen}");
        await Terminal.WriteLineAsync($"  why:    {finding.Why}");
        await Terminal.WriteLineAsync($"  remedy: {finding.Remedy}");
        if (finding.Command is { } command)
        {
            await Terminal.WriteLineAsync($"  run:    {command}");
        }

        await Terminal.WriteLineAsync("");
    }

    private static string Count(int number, string word) => string.Create(CultureInfo.InvariantCulture, $"{number} {word}{(number == 1 ? "" : "s")}");
}
