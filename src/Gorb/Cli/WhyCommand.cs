using System.CommandLine;
using System.Text;
using System.Text.Json;
using Gorb.Client;
using Gorb.Why;

namespace Gorb.Cli;

/// <summary><c>gorb why</c>: prints which backend a client's packet would meet, and how far it gets.</summary>
internal static class WhyCommand
{
    public static Command Create()
    {
        var client = new Argument<string>("CLIENT") { Description = "The client's address, with a port for one of its connections: 10.9.0.10, 10.9.0.10:40000, [fd00:9::10]:40000." };
        var service = new Argument<string>("SERVICE") { Description = "The service." };
        var vip = new Option<string?>("--vip") { Description = "For a service by firewall mark: the virtual address whose packets are marked.", HelpName = "ADDRESS" };
        var json = new Option<bool>("--json") { Description = "Print the steps as JSON, as GET /service/SERVICE/why answers." };
        var quiet = VerbOutput.NewOption();
        var server = new ServerArgument();
        var command = new Command("why",
            "Follows a packet of a client to a service step by step, and prints the first broken link. Exit status: 0 nothing is broken as far as the daemon's host can see, 1 something is; others as of all verbs.")
        {
            client, service, vip, json, quiet, server,
        };
        command.SetAction((result, stop) => DaemonCall.RunAsync(
            server.Read(result), Request(result.GetValue(client)!, result.GetValue(service)!, result.GetValue(vip)), null, text => PrintAsync(text, result.GetValue(json), new VerbOutput(result.GetValue(quiet))), stop));
        return command;
    }

    private static GorbRequest Request(string client, string service, string? vip) => new(HttpMethod.Get,
        $"/service/{Uri.EscapeDataString(service)}/why?client={Uri.EscapeDataString(client)}{(vip is null ? "" : $"&vip={Uri.EscapeDataString(vip)}")}")
    { Answer = GorbRequest.Json };

    private static async Task<int> PrintAsync(string answer, bool isJson, VerbOutput output)
    {
        var view = JsonSerializer.Deserialize(answer, WhyJson.Default.WhyView) is { Steps: not null } read ? read : throw new JsonException("There are no steps.");
        await output.WriteAsync(isJson ? answer.Replace("\t", "  ", StringComparison.Ordinal) + "\n" : Format(view));
        return view.Broken ? ExitStatus.Differs : ExitStatus.Done;
    }

    private static string Format(WhyView view)
    {
        var text = new StringBuilder();
        foreach (var step in view.Steps)
        {
            var backend = step.Backend is null || step.Seen.StartsWith($"{step.Backend} ", StringComparison.Ordinal) ? "" : $"{step.Backend}: ";
            text.Append($"{step.Result,-8} {step.Step,-10} {backend}{step.Seen}\n");
            text.Append(step.Command is null ? "" : $"{"",-19} run: {step.Command}\n");
        }

        return text.Append(view.Summary).Append('\n').ToString();
    }
}
