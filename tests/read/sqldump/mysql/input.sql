-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
/*!40101 SET NAMES utf8mb4 */;
/*!40000 ALTER TABLE `items` DISABLE KEYS */;
DROP TABLE IF EXISTS `items`;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `items` (
  `id` int NOT NULL AUTO_INCREMENT,
  `sku` varchar(20) DEFAULT 'a,b)' COMMENT 'the key; not (more)',
  `price` decimal(10,2) DEFAULT NULL,
  `note` text,
  `photo` blob,
  PRIMARY KEY (`id`),
  UNIQUE KEY `sku` (`sku`),
  CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `other` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4;

LOCK TABLES `items` WRITE;
INSERT INTO `items` VALUES (1,'P-100',12.50,'it\'s 5\" \\ a\nb',_binary 'a\0b'),(2,'P-200',-0.5,'it''s; (fine)',0x4142),
(3,'Müll',NULL,'',NULL);
UNLOCK TABLES;
INSERT IGNORE INTO `shop`.`items` (`id`, `sku`) VALUES (4, "P-400"), (+5, X'0aFF');
REPLACE INTO items VALUE (6,'x' 'y',1e3,true,b'101');
-- Dump completed on 2024-01-31
