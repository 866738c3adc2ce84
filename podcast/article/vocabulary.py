"""The vocabulary of what surrounds an article on French sites, as data.

No newspaper's own strings: families of words that hold across sites. All of
it is written *folded* (`podcast.article.lines.fold`): lower case, no
accents, straight apostrophes. Regular expressions are linear: no nested
quantifiers, bounded repeats.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Reason = Literal[
    "advertisement",
    "after the article",
    "audio player",
    "before the article",
    "byline",
    "caption",
    "comments",
    "consent",
    "date",
    "duplicate",
    "image",
    "legal notice",
    "list of links",
    "live event",
    "login",
    "navigation",
    "newsletter",
    "note",
    "ornament",
    "popular articles",
    "reading time",
    "related article",
    "section",
    "share bar",
    "shopping",
    "social media post",
    "subscription",
    "table",
    "tags",
    "video",
]
"""Why a piece of a page is not spoken."""

Where = Literal["whole", "start", "anywhere"]


class Rule(NamedTuple):
    """A line that matches ``pattern`` at ``where`` and has no more than ``limit`` words is noise."""

    reason: Reason
    where: Where
    limit: int
    pattern: str


RULES: tuple[Rule, ...] = (
    # — the way to other articles —
    Rule(
        "related article",
        "start",
        60,
        r"(?:[>→►▶+*] ?)?(?:\(?re\)?)?lire (?:aussi|egalement|par ailleurs|ailleurs)\b",
    ),
    Rule(
        "related article",
        "start",
        60,
        r"(?:[>→►▶+*] ?)?a (?:lire|voir|ecouter|decouvrir|relire|revoir|consulter)(?: aussi| egalement| ensuite| ailleurs| absolument)?(?: ?[:>→|]| sur | dans |$)",
    ),
    Rule(
        "related article",
        "start",
        60,
        r"(?:[>→►▶+*] ?)?a (?:lire|voir|ecouter|decouvrir|relire|revoir) (?:aussi|egalement|ensuite|ailleurs|absolument)\b",
    ),
    Rule(
        "related article",
        "start",
        40,
        r"(?:[>→►▶+*] ?)?(?:voir|ecouter|regarder|decouvrir|decouvrez|consulter|relire) (?:aussi|egalement)\b",
    ),
    Rule(
        "related article",
        "start",
        30,
        r"(?:lire|relire|voir|retrouver|retrouvez|decouvrir|decouvrez|consulter|consultez) (?:ici |aussi )?(?:notre|nos|l'article|tous nos|toutes nos|la suite|le dossier|les autres) ?",
    ),
    Rule(
        "related article",
        "start",
        16,
        r"(?:voir|retrouvez|retrouver|decouvrez|decouvrir|consultez|suivez|afficher) (?:tous|toutes|toute|tout|plus|l'ensemble|la liste|les derni)",
    ),
    Rule("related article", "start", 14, r"(?:aller|pour aller) plus loin\b"),
    Rule(
        "related article",
        "start",
        14,
        r"(?:(?:articles?|sujets?|contenus?|videos?|actualites?|dossiers?|publications?|billets?|posts?) )?(?:sur|dans) (?:le|la|les) memes? (?:sujets?|themes?|thematiques?|rubriques?|dossiers?|categories?|serie)",
    ),
    Rule(
        "related article",
        "start",
        12,
        r"(?:nos |les |autres |mes )?(?:articles?|sujets?|contenus?|videos?|actualites?|dossiers?|publications?|billets?|posts?|liens|ressources|podcasts?) (?:lies|liees|lie|liee|associes?|associees?|similaires?|connexes?|recommandes?|recommandees?|apparentes?|relatifs?|suggeres?|complementaires?|relies)\b",
    ),
    Rule(
        "related article",
        "start",
        12,
        r"(?:plus|d'autres|autres|tous les|toutes les) (?:d'|de |les |nos )?(?:articles?|infos?|actus?|actualites?|videos?|contenus?|sujets|recits|dossiers|nouvelles|publications|episodes|billets)\b",
    ),
    Rule(
        "related article",
        "start",
        12,
        r"(?:vous|ca|cela|ceci|cet article|ces articles)(?: devriez| pourriez| pourrait| pourraient| peut| peuvent| allez| va)?(?: aussi| egalement)?(?: vous)?(?: aussi)? (?:aimer|aimerez|apprecier|apprecierez|interesser|plaire|interessera)\b",
    ),
    Rule(
        "related article",
        "start",
        16,
        r"(?:(?:l'auteur|la redaction|nous) )?(?:vous )?(?:recommande|recommandons|conseille|conseillons|propose|suggere)\b",
    ),
    Rule(
        "related article",
        "start",
        12,
        r"(?:recommande|recommandes|selectionne|selectionnes|suggestions?|recommandations?)(?: pour vous| par| de la redaction| de lecture)?\s*:?$",
    ),
    Rule(
        "related article",
        "start",
        12,
        r"(?:notre|nos|la|le|les) (?:selections?|choix|recommandations|suggestions|coups? de coeur)(?: de| du| d'|$)",
    ),
    Rule(
        "related article",
        "start",
        10,
        r"(?:toute|toutes|tout|tous) (?:l'actualite|l'actu|l'info|les actualites|les actus|les infos|nos dossiers|nos articles|les articles|les dossiers|les videos|les services)\b",
    ),
    Rule(
        "related article",
        "start",
        14,
        r"(?:plus d'informations?|plus d'infos?|plus d'articles?|en savoir plus|lire la suite|lire plus|lire l'article|lire davantage|la suite|voir plus|voir tout|en lire plus|continuer la lecture|plus de details)\b",
    ),
    Rule(
        "related article",
        "start",
        12,
        r"(?:article|billet|page|episode|numero|actualite)s? (?:precedente?s?|suivante?s?)\b",
    ),
    Rule(
        "related article",
        "start",
        8,
        r"(?:precedent|suivant|previous|next)(?: article| post)?\b(?: ?[:>→»«|]|$)",
    ),
    Rule(
        "popular articles",
        "start",
        14,
        r"(?:(?:nos|les|articles?|videos?|sujets?|contenus?|le|top|podcasts?|actus?) ){0,3}(?:les |le )?plus (?:lus?|lues?|vus?|vues?|populaires?|consultes?|consultees?|partages?|partagees?|commentes?|commentees?|recents?|recentes?|ecoutes?|regardes?|aimes?|likes?)\b",
    ),
    Rule(
        "popular articles",
        "start",
        10,
        r"(?:a la une|en continu|en ce moment|le direct|direct|l'info en continu|le fil(?: info| actu)?|fil (?:info|actu|d'actu)|les? flash|l'essentiel du jour|tendances?|au sommaire|sommaire|dernieres? (?:minute|heure|actus?|actualites?|news|infos?|informations|nouvelles|videos?|parutions|publications|articles?|depeches|episodes?|numeros?)\b)",
    ),
    Rule(
        "popular articles",
        "start",
        10,
        r"(?:les|nos) (?:derniers?|dernieres?|articles recents) ?(?:articles?|news|actus?|actualites?|infos?|videos?|billets?|publications|commentaires|numeros|podcasts)?",
    ),
    Rule(
        "popular articles",
        "whole",
        10,
        r"(?:top|top \d{1,2}|le top(?: \d{1,2})?|palmares|articles recents|commentaires recents|dans l'actualite|l'actu|les news|news|breves|les breves|actualites|actualite|agenda|evenements|l'actualite)",
    ),
    # — share, react, follow —
    Rule(
        "share bar",
        "start",
        14,
        r"(?:partager|partagez|partage|share|envoyer|envoyez|recommander|recommandez|diffuser)(?: (?:cet|l'|sur|avec|par|via|le|la|ce|cette|a|on|this)\b|\s*:|$)",
    ),
    Rule(
        "share bar",
        "start",
        14,
        r"(?:imprimer|copier|telecharger|telechargez|exporter|integrer|inserer|citer)(?: (?:cet|cette|l'|le|la|ce|au format|en|en pdf|dans)\b|$| ?:)",
    ),
    Rule(
        "share bar",
        "start",
        14,
        r"(?:ajouter|ajoutez|ajoute|mettre|retirer|sauvegarder|enregistrer|conserver|offrir)(?: (?:a|aux|au|en|cet|l'article|cette|cet article|un)\b|$)",
    ),
    Rule(
        "share bar",
        "start",
        40,
        r"(?:suivez|rejoignez|retrouvez|suivre|rejoins|suis|likez|abonnez)[- ](?:nous|moi|vous|nos|notre|la|l'|le|toute)[^.]{0,60}(?:\bsur\b|reseaux|facebook|twitter|instagram|whatsapp|telegram|google|youtube|tiktok|chaine|appli|\bx\b|linkedin)",
    ),
    Rule("share bar", "start", 10, r"(?:suivez|rejoignez|suivre|rejoins)[- ]?(?:nous|moi)?\b"),
    Rule(
        "share bar",
        "anywhere",
        10,
        r"(?:facebook|twitter|whatsapp|linkedin|pinterest|instagram|youtube)\b.{0,40}\b(?:facebook|twitter|whatsapp|linkedin|pinterest|instagram|youtube|e-?mail|rss|tiktok|bluesky)",
    ),
    Rule(
        "share bar",
        "start",
        10,
        r"(?:reseaux sociaux|permalien|lien permanent|lien direct|url courte|fils? rss|flux rss|haut de page|retour en haut|retour (?:a|au|aux)\b|revenir (?:a|au|en)\b|remonter)",
    ),
    Rule(
        "share bar",
        "start",
        16,
        r"\d{1,6} ?(?:partages?|vues?|likes?|j'aime|reactions?|abonnes?|followers|lectures?|votes?|avis)\b",
    ),
    Rule("share bar", "start", 14, r"(?:signaler|signalez) (?:une|un|cet|ce|l')"),
    # — listen, watch —
    Rule(
        "audio player",
        "start",
        14,
        r"(?:ecouter|ecoutez|reecouter|lire|lecture de) (?:l'article|cet article|le podcast|l'episode|l'emission|en direct|la version audio|l'audio|le direct|le son)\b",
    ),
    Rule(
        "audio player",
        "start",
        12,
        r"(?:article audio|version audio|lecteur audio|audio|duree de l'audio|temps ecoule|temps restant|duree)(?: ?:| \d|$)",
    ),
    Rule("audio player", "start", 12, r"(?:votre navigateur|your browser|la lecture (?:audio|video|a|du))\b"),
    Rule(
        "video",
        "start",
        40,
        r"(?:en )?(?:videos?|diaporama|podcasts?|infographies?|portfolio|cartes?(?: interactives?)?|cartographie|images|en images|quiz|sondage|tweets?)(?: ?[:|–—]| - |$)",
    ),
    Rule("video", "whole", 10, r"(?:cliquez|appuyez|touchez) .{0,60}"),
    Rule(
        "video",
        "start",
        12,
        r"(?:lire la video|a (?:voir|regarder|revoir) en video|voir la video|lecture de la video|chargement|loading|la video (?:se trouve|a commence|demarre)|video (?:suivante|en cours|recommandee|associee|liee))\b",
    ),
    Rule(
        "reading time",
        "start",
        12,
        r"(?:temps de lecture|duree de lecture|lecture|lire en|temps)(?: estimee?)? ?:? ?(?:environ )?\d{1,3} ?(?:min|mn|m\b|minutes?|')",
    ),
    Rule(
        "reading time",
        "whole",
        8,
        r"(?:environ )?\d{1,3} ?(?:min|mn|minutes?)(?: de lecture| de temps de lecture| read)?",
    ),
    # — comments —
    Rule(
        "comments",
        "start",
        16,
        r"(?:voir|lire|afficher|tous|consulter|ecrire|publier|poster|postez|laisser|laissez|ajouter|masquer|ajoutez|deposer|soumettre|envoyer)? ?(?:tous |toutes )?(?:les |un |une |vos |votre |le |mon |\d{1,5} |aucun |0 )?(?:commentaires?|reactions?|reflexions?|pensees|contributions|avis des lecteurs|reponses?)(?: ?\(?\d{1,5}\)?| ?:| a cet article| sur | de | des lecteurs| des abonnes|$)",
    ),
    Rule(
        "comments",
        "start",
        16,
        r"(?:reagir|reagissez|commenter|commentez|repondre|repondez|contribuer)(?: (?:a|au|cet|l'article|cet article|maintenant|le|en)\b|$| ?[:(\d])",
    ),
    Rule(
        "comments",
        "start",
        30,
        r"(?:votre|vos|mon|laisser|laissez|rejoindre|participer|participez|rejoignez|donnez|donner) (?:un |votre |la |a la )?(?:commentaires?|avis|reaction|reponse|conversation|discussion|opinion|pseudo|message|nom)\b",
    ),
    Rule(
        "comments",
        "anywhere",
        40,
        r"(?:pour|afin de) (?:commenter|pouvoir commenter|poster un commentaire|reagir|laisser un commentaire|ajouter un commentaire)|poster un commentaire|charte de moderation|commentaires sont (?:fermes|moderes|desactives)|champs obligatoires|ne sera pas (?:publiee|affiche|affichee|publie)",
    ),
    Rule(
        "comments",
        "start",
        12,
        r"(?:signaler (?:un abus|ce commentaire|le commentaire)|votre nom|votre pseudo|votre e-?mail|nom ?\*|e-?mail ?\*|site web|url du site)\b",
    ),
    # — subscribe, log in, write to us —
    Rule(
        "subscription",
        "start",
        40,
        r"(?:je (?:m'abonne|donne|soutiens|decouvre|profite|me connecte)|s'abonner|abonnez[- ]vous|abonne-toi|m'abonner|j'accede|deja abonnee?|pas encore abonne|vous etes (?:deja )?abonne|vous n'etes pas)\b",
    ),
    Rule(
        "subscription",
        "anywhere",
        60,
        r"(?:reserve(?:e|s|es)?|exclusive?ment reserve|accessibles?|uniquement) (?:a|aux|a nos|pour) (?:nos )?(?:abonnes?|abonnees|adherents|inscrits)|il vous reste (?:encore )?\d{1,3} ?%|\d{1,3} ?% de (?:cet|l')? ?article|la suite (?:de cet article )?est reservee|pour (?:lire|decouvrir|consulter|acceder a) (?:la suite|l'integralite|l'article|cet article|tous)|lire la suite (?:de l'article )?(?:en|gratuitement)|acces (?:illimite|a tous nos|integral)|sans engagement|offre (?:d'essai|decouverte|speciale|numerique|d'abonnement)|essai gratuit|€ ?(?:\* )?(?:/|par|le premier|le 1er|les? \d) ?mois|euros? par mois|articles? gratuits?|\d offerts?\b|vous avez lu \d|article (?:abonne|reserve|premium|gratuit|payant|en acces libre|offert)",
    ),
    Rule(
        "subscription",
        "start",
        12,
        r"(?:abonnes?|premium|abonnement|article selectionne|article reserve|abonnements?|offres?(?: abonnement)?|nos offres|profitez|decouvrir (?:nos|les) offres|acheter (?:le|ce|l'|cet)|lire le journal|le journal|boutique|faire un don|faites un don|soutenez|soutenir|je soutiens|don)(?: |:|$)",
    ),
    Rule(
        "subscription",
        "anywhere",
        45,
        r"(?:soutenez|soutenir) (?:nous|notre|un|la|le|une) (?:redaction|journal|media|presse|journalisme|independan|travail)|(?:faites|faire) un don|deductible|defiscalis",
    ),
    Rule(
        "login",
        "start",
        16,
        r"(?:se connecter|connexion|connectez[- ]vous|me connecter|s'inscrire|s'identifier|identifiez[- ]vous|inscription|creer (?:un|mon|votre) compte|creez|mon compte|mon profil|mes favoris|deconnexion|identifiant|deja inscrit|deja un compte|ou connectez|vous avez deja|pas encore inscrit|se deconnecter|espace (?:membre|abonne|client|perso))\b",
    ),
    Rule(
        "login",
        "anywhere",
        40,
        r"mot de passe|vos identifiants|adresse (?:e-?mail|mail|electronique|de messagerie|courriel)|votre (?:e-?mail|courriel|adresse|mail)\b|champ obligatoire|(?:e-?mail|courriel|nom|prenom) ?\*",
    ),
    Rule(
        "newsletter",
        "anywhere",
        30,
        r"newsletters?\b|infolettres?\b|lettres? d'informations?\b|boite (?:mail|e-?mail|aux lettres|de reception)|liste de diffusion|notifications? (?:push|du navigateur)|alertes? (?:mail|e-?mail|info|du navigateur)|par (?:e-?mail|courriel|mail)\b",
    ),
    Rule(
        "newsletter",
        "start",
        45,
        r"(?:inscrivez[- ]vous|recevez|recevoir|je m'inscris|s'inscrire|desinscri|me desabonner|desabonner|inscris[- ]toi|chaque (?:matin|semaine|jour|soir|vendredi|dimanche|lundi)|tous les (?:matins|jours|soirs|vendredis|lundis)|du lundi au)\b[^.]{0,120}(?:newsletters?|infolettres?|e-?mail|mail|l'essentiel|actualites?|alertes?|notifications?|gratuit|recevez|decouvrez|informations|selection|lettre|episodes|rendez-vous|\binfos?\b)",
    ),
    # — the house: legal, cookies, service —
    Rule(
        "consent",
        "anywhere",
        400,
        r"(?:utilisons|utilise|utilisent|utilisation|depot|deposent?|deposes?|politique|gestion|gerer|parametrer|accepter|accepte[rz]?|refuser|paramet\w{0,6}|preferences?|mes|vos|sans|des|les|configuration)(?: \w{1,12}){0,2} (?:cookies|traceurs)|cookies (?:de|et|ou|strictement|tiers|permett|sont|pour|publicitaires|necessaires)|en poursuivant (?:votre )?(?:la )?navigation|vos donnees personnelles|vos donnees a caractere|donnees (?:a caractere )?personnelles?\b.{0,80}(?:\bvous\b|\bvos\b|traite|confidentialite|collect|desabonnement)|politique de confidentialite|protection des (?:donnees|renseignements)|retirer votre consentement|donner votre consentement|interets? legitimes?|mesures? d'audience|javascript|bloqueur de pub|adblock|vie privee",
    ),
    Rule(
        "legal notice",
        "anywhere",
        90,
        r"mentions? legales?|tous droits? (?:reserves|de reproduction)|droits? reserves|conditions? generales?|conditions? d'utilisation|\bcgu\b|\bcgv\b|politique (?:d'utilisation|editoriale)|reproduction (?:interdite|partielle|totale|meme)|toute reproduction|ne peut etre (?:reproduit|diffuse|publie)|charte (?:ethique|de deontologie|des commentaires|editoriale)|plan du site|issn|commission paritaire|directeur de (?:la )?publication|site (?:realise|cree|developpe|concu|heberge) par|made with|powered by|propulse par|fierement propulse|copyright|all rights reserved|theme wordpress|webdesign",
    ),
    Rule("legal notice", "start", 30, r"(?:©|\(c\) ?(?:19|20)\d\d|copyright|™)"),
    Rule(
        "navigation",
        "start",
        10,
        r"(?:aller (?:au|a la|directement)|passer (?:au|a la)|skip to|jump to|toggle|basculer|ouvrir le|fermer (?:le|la|les)|afficher (?:le|la|les)|masquer|voir le menu|menu|navigation|rechercher?|recherche|search|que cherchez|vous etes ici|vous cherchez|accueil|plan du|haut de|ok$|fermer|close|choose from|rubriques?|retour|liens utiles|edition du|editions? (?:precedente|abonne|du)|taper vos)(?: |:|,|$|\?)",
    ),
    Rule(
        "navigation",
        "start",
        5,
        r"(?:qui sommes[- ]nous|nous contacter|contactez[- ]nous|contact|a propos|nous rejoindre|rejoignez|recrutement|publicite|annonceurs|nos applications|applications? mobiles?|telechargez l'appli|faq|foire aux questions|aide|service client|service abonne|nos partenaires|partenaires|petites annonces|annonces|emploi|avis de deces|meteo|horoscope|programmes? tele|programme tv|mots fleches|mots croises|sudoku|jeux|codes? promo|nos services|services|archives?|newsletter|version mobile|english version|tous les sites|l'equipe|equipe|la redaction|le magazine|mobile|accessibilite|gestion des)\s*(?::|$|\||-)",
    ),
    # — money —
    Rule(
        "advertisement",
        "start",
        14,
        r"(?:publicite|pub|annonce|advertisement|ad|sponsorise|publi-?(?:redactionnel|reportage|communique|info)|contenus? (?:sponsorises?|partenaires?|de marque|proposes? par)|en partenariat avec|partenariat|la suite apres (?:cette|la) publicite|la suite de votre contenu|l'article continue|poursuivez votre lecture|suite de l'article apres|espace publicitaire|par (?:taboola|outbrain)|communique)(?: |:|$|\()",
    ),
    Rule(
        "advertisement",
        "anywhere",
        20,
        r"(?:apres|sous|continue apres) (?:cette|la|une) (?:publicite|pub|annonce)\b|taboola|outbrain|contenu sponsorise|article sponsorise|proposees? par notre partenaire",
    ),
    Rule(
        "shopping",
        "start",
        14,
        r"(?:guides? (?:d'achat|shopping|d'achats)|bons? plans?|selection shopping|nos bons plans|vente flash|vente privee|codes? (?:de reduction|promo|avantage)|meilleures offres|ou acheter|voir (?:l'offre|le prix)|ajouter au panier|prix (?:conseille|indicatif)|annonces (?:immobilieres?|automobiles?|legales?|auto|occasion)|immobilier neuf)\b",
    ),
    Rule(
        "shopping",
        "whole",
        3,
        r"(?:shopping|soldes|promos?|black friday|comparateurs?|comparatifs?|encheres|boutique)",
    ),
    # — tags, notes, dates of the page —
    Rule(
        "tags",
        "start",
        60,
        r"(?:mots?[- ](?:cles?|clefs?)|tags?|etiquettes?|themes?|thematiques?|sujets? (?:associes|abordes)|dossiers? associes?|autour de|a propos de|dans cet article|personnalites|lieux|categories?|classe dans|publie dans|poste dans|filed under)(?: ?:| ?$)",
    ),
    Rule("tags", "start", 40, r"(?:mots?[- ](?:cles?|clefs?)|tags|etiquettes) "),
    Rule(
        "note",
        "start",
        400,
        r"(?:pour citer (?:cet|ce|cette)|nota bene|references? (?:bibliographiques?|electroniques?)|bibliographie|notes? de bas de page|notes?$|voir en annexe|erratum|l'article original|article publie (?:initialement|a l'origine)|cet article (?:est|a ete) (?:republie|initialement publie|publie|paru|traduit|redige)|lire l'article original|article initialement|version originale|source ?:|sources ?:|mise a jour ?:)",
    ),
    Rule("note", "start", 400, r"(?:\[\d{1,3}\]|\(\d{1,3}\)|↑|\^) ?(?:\S|$)"),
    Rule("note", "start", 60, r"(?:\*|\(\*\)) ?(?:le|la|les|ce|son|leur|l')\b"),
    Rule("social media post", "start", 80, r"[—–-] .{0,80}\(@\w{1,30}\)"),
    Rule(
        "social media post",
        "anywhere",
        70,
        r"pic\.twitter\.com|https?://t\.co/|voir cette publication sur|une publication partagee par|a post shared by|voir le post|afficher ce (?:contenu|tweet|post)|contenu (?:bloque|tiers)|ce contenu (?:n'a pas|ne peut|est heberge|est bloque|provient)",
    ),
)
"""Tried in order; the first that matches names the reason."""

FURNITURE: dict[Reason, frozenset[str]] = {
    "share bar": frozenset(
        "partager partagez facebook twitter whatsapp linkedin messenger pinterest telegram bluesky threads mastodon "
        "instagram tiktok youtube snapchat flipboard reddit email mail courriel sms imprimer imprimez envoyer copier "
        "tweeter tweet liker aimer recommander rss embed enregistrer sauvegarder favoris favori offrir ajouter "
        "suivre rejoindre epingler classer google fb tw x twitch dailymotion soundcloud spotify deezer apple podcasts".split()
    ),
    "comments": frozenset("reagir commenter commentaire commentaires repondre signaler reactions".split()),
    "audio player": frozenset("ecouter reecouter podcast pause lecture playlist replay".split()),
    "login": frozenset(
        "connexion connecter deconnexion compte identifier inscription inscrire profil".split()
    ),
    "subscription": frozenset(
        "abonner abonnement abonnements abonnez abonne abonnes premium boutique".split()
    ),
    "newsletter": frozenset("newsletter newsletters infolettre infolettres alertes".split()),
    "consent": frozenset("accepter refuser parametrer cookies valider annuler ok oui non continuer".split()),
    "navigation": frozenset(
        "menu fermer ouvrir rechercher recherche accueil suivant precedent agrandir zoom sommaire contact aide faq "
        "loading search close next previous login home".split()
    ),
}
"""Words of buttons: a short line made of nothing else is a row of buttons."""

GLUE = frozenset(
    "a au aux avec ce cet cette de des du d en et l la le les m ma mes mon ou par plus pour s se sur un une votre vos "
    "nos notre je me c page article articles site contenu ici tout tous toutes lien e mail vous nous moi to on the".split()
)
"""Small words that may stand between the words of buttons."""

END_MARKS: dict[Reason, int] = {
    "comments": 60,
    "popular articles": 60,
    "related article": 8,
    "legal notice": 40,
    "newsletter": 15,
    "subscription": 15,
    "note": 30,
    "tags": 12,
    "shopping": 40,
    "login": 20,
    "consent": 40,
}
"""How hard a line of each kind pulls the article to its end, in words of prose."""

HEAD_FURNITURE: frozenset[Reason] = frozenset(
    ["byline", "date", "share bar", "audio player", "reading time", "subscription", "comments", "section"]
)
"""What stands between a standfirst and the first paragraph."""

BOX_TITLES: frozenset[Reason] = frozenset(
    ["related article", "popular articles", "shopping", "tags", "video"]
)
"""Kinds whose bare title ("À lire aussi") announces the short lines below it."""

AGENCIES = (
    "AFP", "Agence France-Presse", "Reuters", "AP", "Associated Press", "EFE", "ANSA", "dpa", "Belga", "ATS", "Keystone-ATS",
    "Keystone", "La Presse canadienne", "Presse canadienne", "Xinhua", "TASS", "Anadolu", "Bloomberg", "SDA", "Relaxnews", "AGEFI",
)  # fmt: skip
"""News agencies: they sign texts beside people, and pictures."""

PICTURE_AGENCIES = (
    "Getty Images", "Getty", "Sipa", "Sipa Press", "SIPA USA", "Maxppp", "Abaca", "Abacapress", "Bestimage", "Icon Sport", "IconSport", "Presse Sports",
    "Hans Lucas", "Shutterstock", "iStock", "Adobe Stock", "Unsplash", "Pexels", "Pixabay", "Flickr", "Wikimedia Commons", "Wikimedia",
    "Wikipédia", "Photo News", "PhotoPQR", "Zuma", "Zuma Press", "Panoramic", "DPPI", "Imago", "Alamy", "Starface", "Divergence", "Magnum",
    "Agence VU", "Rea", "KMSP", "Capture d'écran", "Capture écran", "DR", "EPA", "ANP", "NurPhoto", "Picture Alliance", "Le Pictorium", "Signatures",
)  # fmt: skip
"""Those that sign pictures only."""

SECTIONS = frozenset(
    (
        "politique|international|internationales|monde|europe|france|economie|eco|argent|finance|finances|entreprises|"
        "emploi|consommation|societe|justice|police|faits divers|faits-divers|education|enseignement|sante|sciences|"
        "science|environnement|planete|climat|ecologie|energie|transports|immobilier|technologie|technologies|tech|"
        "high-tech|numerique|medias|culture|cinema|musique|livres|arts|litterature|theatre|series|television|tele|people|"
        "sport|sports|football|foot|rugby|tennis|cyclisme|basket|auto|automobile|voyage|voyages|gastronomie|cuisine|"
        "style|mode|famille|psycho|histoire|philosophie|religion|religions|opinion|opinions|idees|debats|tribune|tribunes|"
        "chronique|chroniques|editorial|editoriaux|edito|enquete|enquetes|reportage|analyse|region|regions|local|"
        "elections|elections legislatives|defense|diplomatie|afrique|asie|ameriques|moyen-orient|proche-orient|etats-unis|"
        "canada|quebec|montreal|belgique|suisse|agriculture|industrie|social|collectivites|territoires|actualite|actu|"
        "bien-etre|loisirs|jeux video|meteo|insolite|fait divers"
    ).split("|")
)
"""Names of sections, folded."""
