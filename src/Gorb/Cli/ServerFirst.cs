namespace Gorb.Cli;

/// <summary>
/// Command lines that name the daemon before the verb, as in <c>gorb -s lb get</c>. The parser knows these options of the verbs only, because the daemon itself has others; so they are
/// moved behind the words of the verb.
/// </summary>
internal static class ServerFirst
{
    /// <summary>What ends the options.</summary>
    private const string EndOfOptions = "--";

    /// <returns>The command line itself if it does not begin with such an option, or no verb follows.</returns>
    public static string[] Reorder(string[] args)
    {
        if (args is not [['-', ..], ..])
        {
            return args;
        }

        var names = Names();
        var count = 0;
        while (count < args.Length && Find(args[count], names) is { } length)
        {
            count += length;
        }

        if (count == 0 || count >= args.Length || args[count].StartsWith('-'))
        {
            return args;
        }

        var words = args[count..];
        var end = Array.IndexOf(words, EndOfOptions) is >= 0 and var place ? place : words.Length;
        return [.. words[..end], .. args[..count], .. words[end..]];
    }

    /// <returns>How many words the option takes with its value; null when it is none of those that name the daemon.</returns>
    private static int? Find(string word, HashSet<string> names) => names.Contains(word) ? 2 : word.IndexOf('=') is > 0 and var end && names.Contains(word[..end]) ? 1 : null;

    private static HashSet<string> Names()
    {
        var server = new ServerArgument();
        System.CommandLine.Option[] options = [server.Option, server.Context, server.TokenFile, .. server.Tls.All];
        return [.. options.SelectMany(static option => option.Aliases.Append(option.Name))];
    }
}
