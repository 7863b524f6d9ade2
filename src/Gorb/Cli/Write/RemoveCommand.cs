using System.CommandLine;
using Gorb.Cli.Objects;
using Gorb.Client;
using Gorb.Model.Text;

namespace Gorb.Cli.Write;

/// <summary><c>gorb rm</c>: removes a service or a backend, at once or when its connections have ended.</summary>
internal static class RemoveCommand
{
    private static readonly TimeSpan AtOnce = TimeSpan.Zero;

    public static Command Create()
    {
        var target = ObjectPath.NewArgument("The service with its backends, or the backend.");
        var drain = DurationOption.Create("--drain", "Give it no new connections, and remove it when the last one has ended or this time is up. Without it: at once, which cuts its connections.", AtOnce);
        var all = WaitAllOption.Create();
        var quiet = VerbOutput.NewOption();
        var server = new ServerArgument();
        var command = new Command("rm", "Removes a service or a backend.") { target, drain, all, quiet, server };
        command.SetAction((result, stop) => DaemonCall.TalkAsync(server.Read(result), client => RunAsync(
            client, result.GetValue(target)!, result.GetValue(drain), WaitAllOption.Query(result.GetValue(all)), new VerbOutput(result.GetValue(quiet)), stop)));
        return command;
    }

    private static async Task<int> RunAsync(GorbClient client, ObjectPath target, TimeSpan drain, string query, VerbOutput output, CancellationToken stop)
    {
        var isAtOnce = drain == AtOnce;
        string[] members = [.. isAtOnce ? (string[])[] : [$"drain={Duration.Format(drain)}"], .. query.Length == 0 ? (string[])[] : [query]];
        await client.SendAsync(new GorbRequest(HttpMethod.Delete, members.Length == 0 ? target.Url : $"{target.Url}?{string.Join('&', members)}"), stop);
        await output.WriteLineAsync(isAtOnce ? $"{target} is removed" : $"{target} is removed when its last connection has ended, in {Duration.Format(drain)} at the latest");
        return ExitStatus.Done;
    }
}
