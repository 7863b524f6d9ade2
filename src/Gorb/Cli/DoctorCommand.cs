using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Gorb.Client;
using Gorb.Doctor;
using Gorb.Model;

namespace Gorb.Cli;

/// <summary><c>gorb doctor</c>: prints what is wrong around IPVS, as a running daemon sees it, or of this host where none runs.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON, as GET /doctor answers." };
        var noProbe = new Option<bool>("--no-probe") { Description = "Send nothing to other hosts: no ARP, no pings. The causes on them are not found then." };
        var state = new Option<string>("--state")
        {
            Description = "Without a daemon: the state file that it would have.",
            HelpName = "PATH",
            DefaultValueFactory = static _ => new DaemonOptions().State,
        };
        var quiet = VerbOutput.NewOption();
        var server = new ServerArgument();
        var command = new Command("doctor",
            "Examines the host around IPVS, changes nothing, and prints what is wrong with the command that mends it. Asks the daemon; where none runs, it examines this host by itself. "
            + "Exit status: 0 nothing or only notes, 1 warnings, 5 errors; 2 wrong options, 3 the daemon of --server cannot be reached, 4 it refuses.")
        {
            json, noProbe, state, quiet, server,
        };
        command.SetAction((result, stop) => RunAsync(
            server.Read(result), result.GetValue(json), !result.GetValue(noProbe), result.GetValue(state)!, new VerbOutput(result.GetValue(quiet)), stop));
        return command;
    }

    private static async Task<int> RunAsync(GorbServer server, bool json, bool isProbing, string state, VerbOutput output, CancellationToken stop)
    {
        try
        {
            var view = await AskAsync(server, isProbing, stop);
            return await PrintAsync(view, json, output);
        }
        catch (GorbRefusalException refusal)
        {
            return await DaemonCall.PrintRefusalAsync(refusal);
        }
        catch (SettingException error)
        {
            return await DaemonCall.FailAsync(error.Message);
        }
        catch (Exception error) when (error is GorbException or JsonException)
        {
            if (server.IsNamed)
            {
                return await DaemonCall.FailAsync($"{error.Message}; --server names another daemon, and without it this host is examined", ExitStatus.Unreachable);
            }

            return await PrintAsync(await DoctorRuns.OfThisHost(state).RunAsync(isProbing, stop), json, output);
        }
    }

    private static async Task<DoctorView> AskAsync(GorbServer server, bool isProbing, CancellationToken stop)
    {
        using var client = server.Connect(Timeout);
        var text = await client.SendAsync(new GorbRequest(HttpMethod.Get, isProbing ? "/doctor" : "/doctor?probe=false") { Answer = GorbRequest.Json }, stop);
        return JsonSerializer.Deserialize(text, DoctorJson.Default.DoctorView) is { Findings: not null } view ? view : throw client.Odd();
    }

    private static async Task<int> PrintAsync(DoctorView view, bool json, VerbOutput output)
    {
        if (json)
        {
            await output.WriteAsync(JsonSerializer.Serialize(view, DoctorJson.Plain.DoctorView).Replace("\t", "  ", StringComparison.Ordinal) + "\n");
        }
        else
        {
            foreach (var finding in view.Findings)
            {
                await PrintAsync(finding, output);
            }

            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{Count(view.Errors, "error")}, {Count(view.Warnings, "warning")}, {Count(view.Notes, "note")}; {view.Causes} causes examined"));
        }

        return view.Errors > 0 ? ExitStatus.Errors : view.Warnings > 0 ? ExitStatus.Differs : ExitStatus.Done;
    }

    private static async Task PrintAsync(FindingView finding, VerbOutput output)
    {
        await output.WriteLineAsync($"{finding.Severity}: {finding.Code}{(finding.Subject is null ? "" : $" ({finding.Subject})")}");
        await output.WriteLineAsync($"  seen:   {finding.Seen}");
        await output.WriteLineAsync($"  why:    {finding.Why}");
        await output.WriteLineAsync($"  remedy: {finding.Remedy}");
        if (finding.Command is { } command)
        {
            await output.WriteLineAsync($"  run:    {command}");
        }

        await output.WriteLineAsync("");
    }

    private static string Count(int number, string word) => string.Create(CultureInfo.InvariantCulture, $"{number} {word}{(number == 1 ? "" : "s")}");
}
