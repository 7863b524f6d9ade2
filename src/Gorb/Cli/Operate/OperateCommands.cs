using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Gorb.Cli.Objects;
using Gorb.Client;

namespace Gorb.Cli.Operate;

/// <summary><c>gorb resume|force|weight</c>: what an operator sets on backends. It needs the role operate.</summary>
internal static class OperateCommands
{
    private const string None = "none";

    public static Command CreateResume()
    {
        var target = ObjectPath.NewArgument("The backend, or the service whose backends get new connections again.");
        var quiet = VerbOutput.NewOption();
        var server = new ServerArgument();
        var command = new Command("resume", "Ends the drain of a backend, or of all backends of a service. Exit status: 1 when one still drains, because its source says so; others as of all verbs.")
        {
            target, quiet, server,
        };
        command.SetAction((result, stop) => DaemonCall.TalkAsync(
            server.Read(result), client => ResumeAsync(client, result.GetValue(target)!, new VerbOutput(result.GetValue(quiet)), stop)));
        return command;
    }

    public static Command CreateForce()
    {
        var target = ObjectPath.NewBackendArgument();
        var verdict = new Argument<string>("up|down|none") { Description = "The verdict that holds whatever the checks find, or none for that of the checks." };
        verdict.AcceptOnlyFromAmong("up", "down", None);
        var command = new Command("force", "Overrules the health checks of a backend until it is none again.") { target, verdict };
        AddPatch(command, target, result => result.GetValue(verdict) == None ? null : JsonValue.Create(result.GetValue(verdict)), static (path, value) => value is null
            ? $"{path} is as its checks say" : $"{path} is forced {value.GetValue<string>()}");
        return command;
    }

    public static Command CreateWeight()
    {
        var target = ObjectPath.NewBackendArgument();
        var weight = new Argument<string>("WEIGHT") { Description = "The share of new connections, from 0; 0 gives it none. \"none\" is the weight that its source declares, or 100." };
        weight.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && token.Value != None && ReadWeight(token.Value) is null)
            {
                result.AddError($"'{token.Value}' is not a weight; write a whole number from 0 to {int.MaxValue}, or \"{None}\".");
            }
        });
        var command = new Command("weight", "Sets the weight of a backend; running connections stay.") { target, weight };
        AddPatch(command, target, result => ReadWeight(result.GetValue(weight)!) is { } number ? JsonValue.Create(number) : null, static (path, value) => value is null
            ? $"{path} has the weight of its source again" : $"{path} has the weight {value.ToJsonString()}");
        return command;
    }

    private static int? ReadWeight(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Lets a command set the member of its name.</summary>
    private static void AddPatch(Command command, Argument<ObjectPath> target, Func<ParseResult, JsonValue?> read, Func<ObjectPath, JsonValue?, string> say)
    {
        var quiet = VerbOutput.NewOption();
        var server = new ServerArgument();
        command.Options.Add(quiet);
        command.Add(server);
        command.SetAction((result, stop) => DaemonCall.TalkAsync(server.Read(result), async client =>
        {
            var (path, value) = (result.GetValue(target)!, read(result));
            await client.PatchAsync(path, new JsonObject { [command.Name] = value?.DeepClone() }, stop);
            await new VerbOutput(result.GetValue(quiet)).WriteLineAsync(say(path, value));
            return ExitStatus.Done;
        }));
    }

    private static async Task<int> ResumeAsync(GorbClient client, ObjectPath target, VerbOutput output, CancellationToken stop)
    {
        var status = ExitStatus.Done;
        foreach (var path in await client.FindBackendsAsync(target, stop))
        {
            await client.PatchAsync(path, new JsonObject { ["drain"] = null }, stop);
            var backend = await client.GetBackendAsync(path, stop);
            if (backend.IsDraining)
            {
                status = await DaemonCall.FailAsync($"{path} still drains, because its source {backend.Source} says so", ExitStatus.Differs);
            }
            else
            {
                await output.WriteLineAsync($"{path} gets new connections, with the weight {(backend.KernelWeight ?? backend.Weight).ToString(CultureInfo.InvariantCulture)}");
            }
        }

        return status;
    }
}
