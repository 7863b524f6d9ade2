namespace Gorb.Doctor;

/// <summary>Words of a shell command. Names of services and devices are not to be trusted: a person pastes the command as root.</summary>
internal static class ShellText
{
    private const string Plain = "-._/:@%+=,";

    /// <summary>The word, in quotes where the shell would see more than a word.</summary>
    public static string Quote(string word) => word.Length > 0 && word.All(static letter => char.IsAsciiLetterOrDigit(letter) || Plain.Contains(letter, StringComparison.Ordinal))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
